"""Route table is not used."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Look for tables that no tier names."""
    used = {tier.route_table for tier in stack.network.subnets.values()}
    for name in stack.network.route_tables:
        if name not in used:
            cause = f"network.route_tables.{name} is not used; subnet tiers use {listed(sorted(used))}."
            yield Finding(
                cause, f"write `route_table: {name}` in a subnet tier, or remove it.", ("network", "route_tables", name)
            )


RULE = Rule(
    id="NET117",
    title="Route table is not used",
    severity=Severity.WARNING,
    what="No subnet tier uses the route table.",
    why="A route table without subnets has no effect; often a tier uses the wrong one.",
    fix="Write `route_table: KEY` in a subnet tier, or remove the route table.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
    bad="network: {route_tables: {spare: {default_route: none}}}",
    check_spec=check,
)
