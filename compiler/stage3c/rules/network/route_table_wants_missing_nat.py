"""Route to a NAT gateway that does not exist."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for routes to NAT where there is none."""
    if stack.network.nat != "none":
        return
    for name, table in stack.network.route_tables.items():
        if table.default_route == "nat_gateway":
            cause = f"network.route_tables.{name} routes 0.0.0.0/0 to a NAT gateway, but network.nat is none."
            fix = "write `nat: single` in network, or `default_route: none` here and add network.endpoints."
            yield Finding(cause, fix, ("network", "route_tables", name, "default_route"))


RULE = Rule(
    id="NET113",
    title="Route to a NAT gateway that does not exist",
    what="A route table has `default_route: nat_gateway`, but `network.nat` is `none`.",
    why="The route would have no target: tasks could not pull images or secrets.",
    fix="Write `nat: single`, or `default_route: none` and add `endpoints`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html",
    bad="network: {nat: none}",
    good="network: {nat: single}",
    essential=True,
    check_spec=check,
)
