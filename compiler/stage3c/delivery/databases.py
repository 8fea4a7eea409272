"""The RDS instance of a database, and the secret in which RDS keeps its password."""

from collections.abc import Mapping
from typing import Any

from stage3c.delivery.causes import name_of
from stage3c.live.account import Account
from stage3c.pipeline import Build


def instance_name(build: Build, key: str) -> str:
    """The identifier of the instance."""
    assert build.graph is not None
    return name_of(build.graph, f"aws_db_instance.{key}", "identifier")


def instance_of(account: Account, build: Build, key: str) -> Mapping[str, Any]:
    """The instance as `describe_db_instances` gives it; empty if it does not exist."""
    asked = {"DBInstanceIdentifier": instance_name(build, key)}
    told = account.maybe("rds.describe_db_instances", "DBInstanceNotFound", **asked)
    found: Mapping[str, Any] = next(iter((told or {}).get("DBInstances") or ()), {})
    return found


def secret_of(instance: Mapping[str, Any]) -> str:
    """The ARN of the secret; empty if RDS manages none."""
    return str((instance.get("MasterUserSecret") or {}).get("SecretArn", ""))
