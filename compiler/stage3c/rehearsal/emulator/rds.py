"""RDS: ids and managed secrets of one's own for each instance, and where a parameter's value comes from."""

import json
import secrets
from itertools import islice
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.rds.exceptions import InvalidParameterCombination
from moto.rds.models import DBInstance, DBParameterGroup, MasterUserSecret
from moto.rds.responses import RDSResponse

from stage3c.aws.facts import load

_OLD_ZONE = "us-east-1e"


def extend() -> None:
    """All instances have one hard-coded resource id; secrets hold one fixed user and are made anew at each change."""
    _give_each_its_own_id()
    _keep_the_secret()
    RDSResponse.describe_orderable_db_instance_options = _offers  # type: ignore[method-assign,assignment] # an extension
    _take_any_key()
    MasterUserSecret._generate_secret_string = _credentials  # type: ignore[method-assign,assignment] # an extension
    update = DBParameterGroup.update_parameters

    def update_as_user(group: Any, parameters: Any) -> None:
        update(group, [{**parameter, "Source": "user"} for parameter in parameters])

    DBParameterGroup.update_parameters = update_as_user  # type: ignore[method-assign,assignment] # likewise


def _give_each_its_own_id() -> None:
    make = DBInstance.__init__

    def make_with_id(instance: Any, *arguments: Any, **named: Any) -> None:
        make(instance, *arguments, **named)
        instance.engine_lifecycle_support = named.get("engine_lifecycle_support") or "open-source-rds-extended-support"
        instance.dbi_resource_id = f"db-{secrets.token_hex(13).upper()}"

    replicate = DBInstance.set_as_replica

    def replicate_with_id(instance: Any) -> None:
        replicate(instance)
        instance.dbi_resource_id = f"db-{secrets.token_hex(13).upper()}"
        instance.manage_master_user_password = False
        vars(instance).pop("master_user_secret", None)

    DBInstance.set_as_replica = replicate_with_id  # type: ignore[method-assign,assignment] # likewise
    DBInstance.__init__ = make_with_id  # type: ignore[method-assign,assignment] # likewise


def _keep_the_secret() -> None:
    update = DBInstance.update

    def update_keeping(instance: Any, **named: Any) -> None:
        if named.get("manage_master_user_password") and hasattr(instance, "master_user_secret"):
            del named["manage_master_user_password"]
        update(instance, **named)

    DBInstance.update = update_keeping  # type: ignore[method-assign,assignment] # likewise


def _take_any_key() -> None:
    """A secret under a key that the emulator does not have, as one of another stack, answers nothing but errors."""
    known: Any = vars(MasterUserSecret)["kms_key_id"].fget

    def key_of(secret: Any) -> str:
        given: str = secret.secret.kms_key_id or ""
        return given if given.startswith("arn:") else str(known(secret))

    MasterUserSecret.kms_key_id = property(key_of)  # type: ignore[assignment,method-assign] # an extension


def _credentials(secret: Any) -> str:
    return json.dumps({"username": secret.resource.master_username, "password": secrets.token_urlsafe(24)})


def _offers(response: Any) -> ActionResult:
    """PostgreSQL's offers by the facts of the compiler; one old zone has no databases, as AWS has such zones."""
    facts, asked = load("rds_postgres"), response.params
    versions = [f"{major}.{minor}" for major, minors in facts["new_instances_by_major"].items() for minor in minors]
    classes = [f"db.{family}.{size}" for family, sizes in facts["sizes_by_family"].items() for size in sizes]
    if asked.get("EngineVersion", versions[0]) not in versions:
        raise InvalidParameterCombination(f"Cannot find version {asked['EngineVersion']} for {asked['Engine']}")
    offers = (
        {"EngineVersion": version, "DBInstanceClass": kind, "StorageType": storage, "MultiAZCapable": True}
        for version in versions
        if asked.get("EngineVersion") in (None, version)
        for kind in classes
        if asked.get("DBInstanceClass") in (None, kind)
        for storage in ("gp2", "gp3", "io1")
    )
    told = ec2_backends[response.current_account][response.region].describe_availability_zones()
    zones = [{"Name": zone.name} for zone in told if zone.name != _OLD_ZONE]
    known = [{**offer, "Engine": "postgres", "Vpc": True, "AvailabilityZones": zones} for offer in islice(offers, 1000)]
    return ActionResult({"OrderableDBInstanceOptions": known if asked["Engine"] == "postgres" else []})
