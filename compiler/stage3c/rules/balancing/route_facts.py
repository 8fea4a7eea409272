"""What several rules ask about routes: who hangs on a load balancer, what each claims, and which pattern covers which."""

from itertools import product

from stage3c.language.model.load_balancer import Route
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota

Claim = tuple[str | None, str | None]
"""A host and a path pattern; None is any."""


def routes_on(stack: Stack, balancer: str) -> dict[str, Route]:
    """The routes of one load balancer by service."""
    return {
        name: service.load_balancer
        for name, service in stack.services.items()
        if service.load_balancer and service.load_balancer.name == balancer
    }


def conditions(route: Route) -> int:
    """How many values a route's rule compares with."""
    return len(route.paths) + len(route.hosts)


def claims(route: Route) -> list[Claim]:
    """Every pair of host and path that a route asks for; none where it asks for more than a rule can hold."""
    if conditions(route) > quota("load_balancer", "condition_values_per_rule"):
        return []
    hosts: list[str | None] = list(dict.fromkeys(host.lower() for host in route.hosts)) or [None]
    paths: list[str | None] = list(dict.fromkeys(route.paths)) or [None]
    return list(product(hosts, paths))


def covers(wider: Claim, narrower: Claim) -> bool:
    """Tell whether all that the second claim matches, the first matches too; in doubt it does not."""
    return all(_covers(one, other) for one, other in zip(wider, narrower, strict=True))


def _covers(pattern: str | None, other: str | None) -> bool:
    """`*` covers any text, patterns included, and `?` any one character but `*`; one too long covers nothing."""
    if pattern is None or other is None:
        return pattern is None
    if max(len(pattern), len(other)) > quota("load_balancer", "pattern_max_chars"):
        return False
    at, star, resumed, position = 0, -1, 0, 0
    while position < len(other):
        if at < len(pattern) and pattern[at] == "*":
            star, resumed, at = at, position, at + 1
        elif at < len(pattern) and (pattern[at] == other[position] or (pattern[at] == "?" and other[position] != "*")):
            at, position = at + 1, position + 1
        elif star >= 0:
            resumed += 1
            at, position = star + 1, resumed
        else:
            return False
    return not pattern[at:].strip("*")


def is_inside(name: str, zone: str) -> bool:
    """Tell whether a DNS name is a zone's own or below it; case does not matter."""
    return name.lower().removeprefix("*.") == zone.lower() or name.lower().endswith(f".{zone.lower()}")
