"""Everything that the emulated account has, read from moto's own stores: `{"ec2/us-east-1/vpcs": ["vpc-1"], …}`."""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.base_backend import BackendDict

from stage3c.rehearsal.emulator.turns import TURN

_ENDING = ("INACTIVE", "PendingDeletion", "deleted")
"""The states of what AWS still lists after it was deleted; they follow the key."""
_NO_RESOURCES = ("ec2/tags", "ecr/registry_scanning_configuration", "rds/resource_map")
"""Stores of tags, of settings of the account, and of what is in another store as well."""


def inventory() -> dict[str, list[str]]:
    """The keys of every store of every service in use, by service, region and store."""
    with TURN:
        return _everything()


def _everything() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for service in vars(BackendDict)["_instances"]:  # typed as generic, so mypy rejects the attribute
        for regions in service.values():
            for region, backend in [*regions.items()]:
                for store, value in vars(backend).items():
                    keys = sorted(_keys(value))
                    if keys and not store.startswith("_") and f"{service.service_name}/{store}" not in _NO_RESOURCES:
                        found[f"{service.service_name}/{region}/{store}"] = keys
    return found


def _keys(value: Any) -> Iterator[str]:
    """The keys of a store, each with what sets it apart; a store of stores, such as security groups by VPC, gives both joined."""
    if not isinstance(value, Mapping):
        return
    for key, inner in [*value.items()]:
        if isinstance(inner, Mapping):
            yield from (f"{key} {each}" for each in _keys(inner))
        elif not isinstance(inner, list | set) or inner:
            yield f"{key}{_mark(inner)}"


def _mark(resource: Any) -> str:
    if any(str(alias).startswith("alias/aws/") for alias in getattr(resource, "aliases", None) or ()):
        return " AWS managed"
    if getattr(resource, "deleted_date", None):
        return " deleted"
    states = (getattr(resource, name, "") for name in ("status", "state", "key_state"))
    return next((f" {state}" for state in states if state in _ENDING), "")
