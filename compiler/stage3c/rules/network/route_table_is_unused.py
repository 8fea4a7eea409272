"""A route table that no tier names."""

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
            cause = f"no tier of network.subnets names {name}; they name {listed(sorted(used))}."
            yield Finding(
                cause, f'remove it, or write "route_table: {name}" in a tier.', ("network", "route_tables", name)
            )


RULE = Rule(
    id="NET117",
    title="Route table is not used",
    severity=Severity.WARNING,
    what="No tier of subnets names this route table.",
    why="A table without associations routes nothing; often a tier names the wrong one.",
    fix="Name it in a tier's `route_table`, or remove it.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
    bad="network: {route_tables: {spare: {default_route: none}}}",
    check_spec=check,
)
