"""NAT gateway is not used."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import tiers_to
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for a tier that is routed to NAT."""
    if stack.network.nat != "none" and not tiers_to(stack, "nat_gateway"):
        cause = (
            f"network.nat is {stack.network.nat}, but no subnet tier has a route table with default_route nat_gateway."
        )
        fix = "give a tier a route table with `default_route: nat_gateway`, or write `nat: none`."
        yield Finding(cause, fix, ("network", "nat"))


RULE = Rule(
    id="NET114",
    title="NAT gateway is not used",
    severity=Severity.WARNING,
    what="`network.nat` creates NAT gateways, but no subnet tier has a route to them.",
    why="Tasks in these subnets cannot reach the internet; in a real outage images and secrets could not be pulled.",
    fix="Use a route table with `default_route: nat_gateway`, or write `nat: none`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html",
    bad="""\
network:
  route_tables: {private: null}
  subnets: {private: {route_table: isolated}}
""",
    check_spec=check,
)
