"""Subnet has no availability zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Count the networks of each tier."""
    zones = stack.network.zones
    for name, tier in stack.network.subnets.items():
        if len(tier.cidrs) > len(zones):
            cause = (
                f"network.subnets.{name} has {len(tier.cidrs)} IPv4 ranges, "
                f"but there are {len(zones)} zones ({listed(zones)})."
            )
            fix = f"remove {tier.cidrs[len(zones)]}, or add a zone to network.zones."
            yield Finding(cause, fix, ("network", "subnets", name, "cidrs", len(zones)))


RULE = Rule(
    id="NET109",
    title="Subnet has no availability zone",
    what="A subnet tier has more IPv4 ranges than `network.zones` has zones.",
    why="Each range belongs to the zone at the same position, so the last ones have no zone.",
    fix="Add a zone to `network.zones`, or remove the range.",
    source="The design of this language.",
    bad="network: {subnets: {private: {cidrs: [10.0.2.0/24, 10.0.3.0/24, 10.0.6.0/24]}}}",
    essential=True,
    check_spec=check,
)
