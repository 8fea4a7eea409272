"""What Elastic Load Balancing and RDS refuse to make or change, where moto does it.

The messages and pages are those of the public reports that each guard names, read on 2026-11-28.
"""

import re
from collections.abc import Iterable
from typing import Any

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend
from moto.rds.exceptions import RDSClientError
from moto.rds.models import RDSBackend

from stage3c.aws.facts import load
from stage3c.aws.names import judge
from stage3c.rehearsal.emulator.refusals import refuse_while

_ENGINE = re.compile(
    "postgres|mysql|mariadb|aurora-(mysql|postgresql)|custom-.*|db2-.*|oracle-.*|sqlserver-.*|neptune|docdb"
)
_STRIPED_GIB, _STRIPED_IOPS = 400, 12000
"""From this size on, gp3 has at least so many, https://github.com/opensupplyhub/open-supply-hub/pull/1114."""
_COMBINATION, _VALUE = "InvalidParameterCombination", "InvalidParameterValue"


def extend() -> None:
    """Refuse what AWS refuses."""
    zones = "InvalidConfigurationRequest"
    refuse_while(ELBv2Backend, "create_load_balancer", zones, _is_twice_in_a_zone, ELBClientError)
    refuse_while(ELBv2Backend, "create_target_group", "ValidationError", _waits_too_long, ELBClientError)
    refuse_while(ELBv2Backend, "modify_target_group", "ValidationError", _would_wait_too_long, ELBClientError)
    coverage = "DBSubnetGroupDoesNotCoverEnoughAZs"
    refuse_while(RDSBackend, "create_subnet_group", coverage, _is_in_one_zone, RDSClientError)
    for guard in (_has_no_such_engine, _has_a_reserved_user, _has_a_bad_password):
        refuse_while(RDSBackend, "create_db_instance", _VALUE, guard, RDSClientError)
    refuse_while(RDSBackend, "create_db_instance", _COMBINATION, _has_too_few_iops, RDSClientError)
    refuse_while(RDSBackend, "modify_db_parameter_group", _COMBINATION, _needs_a_restart, RDSClientError)


def _is_twice_in_a_zone(backend: Any, *_: Any, subnet_ids: Any = (), **__: Any) -> str:
    """https://github.com/kasmtech/terraform/issues/5."""
    zones = [backend.ec2_backend.get_subnet(each).availability_zone for each in subnet_ids or ()]
    told = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
    return told if len(zones) != len(set(zones)) else ""


def _waits_too_long(
    _backend: Any, _name: str, *_: Any, healthcheck_interval_seconds: Any, healthcheck_timeout_seconds: Any, **__: Any
) -> str:
    """https://github.com/hashicorp/terraform-provider-aws/issues/48070."""
    return _compared(healthcheck_interval_seconds, healthcheck_timeout_seconds)


def _would_wait_too_long(
    _backend: Any, _arn: str, _protocol: Any, _port: Any, _path: Any, interval: Any, timeout: Any, *_: Any, **__: Any
) -> str:
    """The same page; only where both are told."""
    return _compared(interval, timeout)


def _compared(interval: Any, timeout: Any) -> str:
    bad = interval and timeout and int(timeout) >= int(interval)
    return "Health check interval must be greater than the timeout." if bad else ""


def _is_in_one_zone(_backend: Any, _name: str, _description: str, subnets: Iterable[Any], *_: Any) -> str:
    """https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/821."""
    zones = {each.availability_zone for each in subnets}
    told = "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage:"
    return "" if len(zones) > 1 else f"{told} {''.join(zones)}. Add subnets to cover at least 2 AZs."


def _has_no_such_engine(_backend: Any, asked: dict[str, Any]) -> str:
    """https://github.com/hashicorp/terraform/issues/18009."""
    return "" if _ENGINE.fullmatch(str(asked.get("engine"))) else "Invalid DB engine"


def _has_a_reserved_user(_backend: Any, asked: dict[str, Any]) -> str:
    """https://github.com/aws/aws-cdk/pull/5076 and https://github.com/DataShades/ckan-aws-templates/issues/6."""
    user = str(asked.get("master_username") or "").lower()
    bad = user and not judge("aws_db_instance.username (postgres)", user).legal
    told = f"MasterUsername {user} cannot be used as it is a reserved word used by the engine"
    return told if asked.get("engine") == "postgres" and bad else ""


def _has_a_bad_password(_backend: Any, asked: dict[str, Any]) -> str:
    """https://github.com/alphagov/govuk-infrastructure/pull/1270."""
    bad = set(str(asked.get("master_user_password") or "")) & set('/@" ')
    told = "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides"
    return f"{told} '/', '@', '\"', ' ' may be used." if bad else ""


def _has_too_few_iops(_backend: Any, asked: dict[str, Any]) -> str:
    """https://github.com/opensupplyhub/open-supply-hub/pull/1114."""
    size, iops = int(asked.get("allocated_storage") or 0), asked.get("iops")
    if asked.get("storage_type") != "gp3" or size < _STRIPED_GIB or iops is None or int(iops) >= _STRIPED_IOPS:
        return ""
    return f"Invalid iops value for engine name {asked.get('engine')} and storage type gp3: {iops}"


def _needs_a_restart(_backend: Any, _name: str, parameters: Iterable[dict[str, Any]]) -> str:
    """https://github.com/terraform-aws-modules/terraform-aws-rds/issues/349."""
    static = load("postgres_static_parameters")["static"]
    named = any(
        each.get("ParameterName") in static and each.get("ApplyMethod") == "immediate" for each in [*parameters]
    )
    return "cannot use immediate apply method for static parameter" if named else ""
