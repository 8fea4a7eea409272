"""The database instances of the emulated account, as far as a rehearsal needs them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from stage3c.aws.kinds.kind import Refused
from stage3c.live.account import Account


class Instance(Struct, frozen=True):
    """One instance; `password` is that of its secret, both empty where none is found."""

    identifier: str
    arn: str
    engine: str
    host: str
    port: int
    ip: str
    database: str
    username: str
    password: str
    forces_tls: bool
    source: str
    """The instance of which it is a replica; empty for a primary."""
    secret: str = ""
    """The ARN."""


def instances(account: Account) -> Iterator[Instance]:
    """Every instance, primaries first."""
    found = [_instance(account, each) for each in account.all("rds.describe_db_instances", "DBInstances")]
    yield from sorted(found, key=lambda each: (bool(each.source), each.identifier))


def _instance(account: Account, told: Mapping[str, Any]) -> Instance:
    identifier, username = str(told["DBInstanceIdentifier"]), str(told.get("MasterUsername", ""))
    secret, password = _password(account, told, username)
    return Instance(
        identifier,
        str(told["DBInstanceArn"]),
        str(told["Engine"]),
        str(told["Endpoint"]["Address"]).lower(),
        int(told["Endpoint"]["Port"]),
        _address(account, identifier),
        str(told.get("DBName") or ""),
        username,
        password,
        _forces_tls(account, told),
        str(told.get("ReadReplicaSourceDBInstanceIdentifier") or ""),
        secret,
    )


def _address(account: Account, identifier: str) -> str:
    described = {"Name": "description", "Values": [f"RDSNetworkInterface {identifier}"]}
    found = account.all("ec2.describe_network_interfaces", "NetworkInterfaces", Filters=[described])
    return next((str(each["PrivateIpAddress"]) for each in found), "")


def _password(account: Account, told: Mapping[str, Any], username: str) -> tuple[str, str]:
    """ARN and password of the secret that RDS manages, or else of a secret of the stack that has this user."""
    managed = (told.get("MasterUserSecret") or {}).get("SecretArn")
    arns = [managed] if managed else [each["ARN"] for each in account.all("secretsmanager.list_secrets", "SecretList")]
    for arn in arns:
        try:
            held = json.loads(account.ask("secretsmanager.get_secret_value", SecretId=arn).get("SecretString") or "")
        except (Refused, ValueError):
            continue
        if isinstance(held, dict) and held.get("username") == username and held.get("password"):
            return str(arn), str(held["password"])
    return "", ""


def _forces_tls(account: Account, told: Mapping[str, Any]) -> bool:
    for group in told.get("DBParameterGroups") or ():
        name = group["DBParameterGroupName"]
        for each in account.all("rds.describe_db_parameters", "Parameters", DBParameterGroupName=name):
            if each.get("ParameterName") == "rds.force_ssl":
                return str(each.get("ParameterValue")) == "1"
    # PostgreSQL 15 and later: 1 by default, https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
    return int(str(told.get("EngineVersion", "0")).partition(".")[0]) >= 15  # noqa: PLR2004 - (from memory)
