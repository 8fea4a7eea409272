"""Which tasks of a service are started and which are taken out, as the scheduler of ECS decides it. Pure.

https://docs.aws.amazon.com/AmazonECS/latest/userguide/deployment-type-ecs.html (2026-11-28): the minimum healthy percent
is a lower limit of healthy tasks, rounded up, and the maximum percent an upper limit of tasks, rounded down.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

State = Literal["starting", "ready", "failed"]


class Limits(Struct, frozen=True):
    """How many tasks are wanted, how many have to stay healthy, and how many there can be."""

    desired: int
    lower: int
    upper: int


class Seen(Struct, frozen=True):
    """A task that is not being taken out; `is_new` if it belongs to the primary deployment."""

    is_new: bool
    state: State


class Moves(Struct, frozen=True):
    """How many tasks of the primary deployment to start, and which tasks to take out, by their place in what was seen."""

    start: int
    leave: tuple[int, ...]


def limits(service: Mapping[str, Any]) -> Limits:
    """The limits of a service as ECS describes it."""
    desired, told = int(service["desiredCount"]), service.get("deploymentConfiguration") or {}
    lowest, most = int(told.get("minimumHealthyPercent", 100)), int(told.get("maximumPercent", 200))
    return Limits(desired, -(-desired * lowest // 100), desired * most // 100)


def moves(seen: Sequence[Seen], wanted: Limits) -> Moves:
    """What to do next; a failed task goes at once, and nothing else that the lower limit needs."""
    failed = [place for place, each in enumerate(seen) if each.state == "failed"]
    alive = [place for place, each in enumerate(seen) if each.state != "failed"]
    new = [place for place in alive if seen[place].is_new]
    start = max(0, min(wanted.desired - len(new), wanted.upper - len(alive)))
    spare = sum(seen[place].state == "ready" for place in alive) - wanted.lower
    replaced = [place for place in alive if not seen[place].is_new]
    excess = new[wanted.desired :] if len(new) > wanted.desired else []
    leave: list[int] = []
    for place in sorted([*replaced, *excess], key=lambda each: seen[each].state == "ready"):
        if seen[place].state == "ready":
            if spare <= 0:
                break
            spare -= 1
        leave.append(place)
    return Moves(start, (*failed, *leave))
