"""How the services of a new project are reached: through the public load balancer, an internal one, or not at all. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from stage3c.output.parts import Part

_FRONTS: Final = ("web", "frontend", "front", "www", "ui", "app", "gateway", "proxy", "nginx")


class Entrance(Struct, frozen=True):
    """The load balancer that sends requests to a service, and the paths, if they are not all."""

    balancer: str
    paths: tuple[str, ...] = ()


def front(parts: Sequence[Part]) -> Part | None:
    """Who answers the public address: a service with a port that no other one calls, first of all one that is published."""
    called = {key for part in parts for key in part.calls.values()}
    servers = [part for part in parts if part.port]
    return min(
        servers, key=lambda part: (part.key in called, not part.published, part.key not in _FRONTS), default=None
    )


def calls(parts: Sequence[Part]) -> dict[str, dict[str, str]]:
    """What each service calls, by its variable; a call of the front would lead through the internet, and is left out."""
    first, servers = front(parts), {part.key for part in parts if part.port}
    behind = servers - {first.key} if first else set()
    return {part.key: {name: key for name, key in part.calls.items() if key in behind - {part.key}} for part in parts}


def left_out(parts: Sequence[Part]) -> Iterator[str]:
    """The calls that are not written, each with its variable."""
    written = calls(parts)
    for part in parts:
        for name, key in part.calls.items():
            if name not in written[part.key]:
                yield f"{part.key}: {name} is the address of {key}, which calls cannot lead to; add it under environment"


def reached(parts: Sequence[Part], key: str) -> set[str]:
    """Who works on a request to a service, directly or through others."""
    found, waiting, by_caller = set[str](), [key], calls(parts)
    while waiting:
        fresh = set(by_caller[waiting.pop()].values()) - found
        found |= fresh
        waiting += fresh
    return found


def entrances(parts: Sequence[Part]) -> dict[str, Entrance]:
    """The entrance of each service that has one; each called service has an internal load balancer of its own."""
    first, called = front(parts), {key for each in calls(parts).values() for key in each.values()}
    return dict(_entrances(parts, first, called)) if first else {}


def _entrances(parts: Sequence[Part], first: Part, called: set[str]) -> Iterator[tuple[str, Entrance]]:
    yield first.key, Entrance("public")
    for part in parts:
        if part.key in called:
            yield part.key, Entrance("internal" if len(called) == 1 else f"internal-{part.key}"[:40].rstrip("-"))
        elif part.port and part.published and part is not first:
            yield part.key, Entrance("public", (f"/{part.key}", f"/{part.key}/*"))


def internal(given: Mapping[str, Entrance]) -> list[str]:
    """The internal load balancers."""
    return sorted({each.balancer for each in given.values()} - {"public"})
