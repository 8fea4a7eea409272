"""What is left in the account after destroy: what AWS keeps as well, by its reason, and what should not be there. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

Inventory = Mapping[str, Sequence[str]]
_SHOWN_MAX: Final = 5


class Kept(NamedTuple):
    """A store whose entries stay, those that end with a state or all, and why; `start` is how they begin, if it matters."""

    store: str
    ending: str
    reason: str
    start: str = ""


KEPT: Final = (
    Kept("ec2/nat_gateways", " deleted", "AWS lists deleted NAT gateways for about an hour"),
    Kept("ec2/vpc_end_points", " deleted", "AWS lists deleted endpoints for a while"),
    Kept("ecs/clusters", " INACTIVE", "AWS lists deleted clusters for a while"),
    Kept("ecs/services", " INACTIVE", "AWS lists deleted services for a while"),
    Kept("ecs/task_definitions", "", "old revisions are kept for rollbacks"),
    Kept("events/event_buses", "default", "every account has it in every region", "default"),
    Kept("iam/access_keys", "", "temporary credentials of tasks expire by themselves", "ASIA"),
    Kept("kms/keys", " AWS managed", "AWS makes its own key when a service first uses it, and keeps it"),
    Kept("kms/keys", " PendingDeletion", "AWS deletes a key after a waiting period"),
    Kept("rds/database_snapshots", "", "the final snapshot holds the data"),
    Kept("secretsmanager/secrets", " deleted", "AWS keeps a deleted secret, and its name, for the recovery window"),
)


def judged(before: Inventory, after: Inventory) -> tuple[list[str], list[str]]:
    """What the account has now and had not before: what is kept for a reason, and what is left."""
    expected: list[str] = []
    unexpected: list[str] = []
    for place, keys in after.items():
        service, _, store = place.split("/")
        more = [key for key in keys if key not in before.get(place, ())]
        rules = [rule for rule in KEPT if rule.store == f"{service}/{store}"]
        for rule in rules:
            kept = [key for key in more if key.endswith(rule.ending) and key.startswith(rule.start)]
            more = [key for key in more if key not in kept]
            expected += [f"{service} {store}: {_some(kept)} ({rule.reason})"] if kept else []
        unexpected += [f"{service} {store}: {_some(more)}"] if more else []
    return expected, unexpected


def _some(keys: Sequence[str]) -> str:
    rest = len(keys) - _SHOWN_MAX
    return ", ".join(keys[:_SHOWN_MAX]) + (f" and {rest} more" if rest > 0 else "")
