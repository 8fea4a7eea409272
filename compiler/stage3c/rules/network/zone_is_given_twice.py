"""Availability zone is listed twice."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for a zone that stands earlier in the list."""
    zones = stack.network.zones
    letters = load("regions")["zone_letters_by_region"].get(stack.region, "abc")
    for position, zone in enumerate(zones):
        if zone in zones[:position]:
            free = [f"{zone[:-1]}{letter}" for letter in letters if f"{zone[:-1]}{letter}" not in zones]
            fix = f"write {free[0]} instead of one of them." if free else "remove one of the two."
            yield Finding(f"{zone} is listed twice in network.zones.", fix, ("network", "zones", position))


RULE = Rule(
    id="NET110",
    title="Availability zone is listed twice",
    what="`network.zones` lists the same availability zone twice.",
    why="Two subnets in one zone fail together, and load balancers reject two subnets of one zone.",
    fix="Write two different zones, such as `zones: [eu-central-1a, eu-central-1b]`.",
    source=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"),
    bad="network: {zones: [eu-central-1a, eu-central-1a]}",
    essential=True,
    check_spec=check,
)
