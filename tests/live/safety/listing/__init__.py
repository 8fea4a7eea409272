"""Everything that is in an account, asked with describe calls alone: id, tags and content, by Terraform's type.

Independent of how the commands look for things; what it does not list, no test can miss.
"""

from collections.abc import Mapping
from typing import Any

from tests.live.safety.account import World
from tests.live.safety.listing import containers, data, identity, monitoring, network

Key = tuple[str, str]
Inventory = dict[Key, Any]

LISTERS = (network.everything, containers.everything, data.everything, identity.everything, monitoring.everything)


def inventory(world: World) -> Inventory:
    """All of it; two that are equal are the same account."""
    found: Inventory = {}
    for lister in LISTERS:
        for kind, identity_of_it, content in lister(world):
            assert (kind, identity_of_it) not in found, f"two of {kind} {identity_of_it}"
            found[kind, identity_of_it] = content
    return found


def key_of(address: str, told: Mapping[str, Any]) -> Key | None:
    """Where something that was made stands in an inventory; None for what is only in a state."""
    kind = address.partition(".")[0]
    names = {
        "aws_ecs_task_definition": "arn",
        "aws_db_instance": "identifier",
        "aws_appautoscaling_policy": "arn",
        "aws_appautoscaling_target": "arn",
    }
    if kind == "aws_acm_certificate_validation":
        return None
    if kind == "aws_default_security_group":
        return "aws_security_group", str(told["id"])
    if kind == "aws_cloudwatch_event_target":
        return kind, f"{told['rule']}/{told['target_id']}"
    if kind == "aws_route":
        return kind, f"{told['route_table_id']}_{told['destination_cidr_block']}"
    if kind == "aws_route53_record":
        return kind, f"{told['zone_id']}_{told['fqdn']}_{told['type']}"
    return kind, str(told[names.get(kind, "id")])


def gone(before: Inventory, after: Inventory) -> set[Key]:
    """What is not there any more."""
    return before.keys() - after.keys()


def changed(before: Inventory, after: Inventory) -> set[Key]:
    """What is there before and after, and not the same."""
    return {key for key in before.keys() & after.keys() if before[key] != after[key]}
