"""A NAT gateway without a subnet that leads to the internet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import route_of, tiers_to
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Find the tier that holds the gateways, where some are to be made."""
    network, public = stack.network, tiers_to(stack, "internet_gateway")
    wanted = any(table.default_route == "nat_gateway" for table in network.route_tables.values())
    if network.nat == "none" or not wanted:
        return
    if network.nat_subnets is not None:
        route = route_of(stack, network.nat_subnets)
        if route not in (None, "internet_gateway"):
            cause = f"tier {network.nat_subnets} has the default route {route}, not internet_gateway."
            fix = f"write {public[0]}." if public else "add a tier whose route table leads to the internet_gateway."
            yield Finding(cause, fix, ("network", "nat_subnets"))
    elif not public:
        cause = "no tier has a route table with the default route internet_gateway."
        yield Finding(cause, "add a tier that is routed to the internet_gateway.", ("network", "nat"))
    elif len(public) > 1:
        cause = f"the tiers {listed(public)} all lead to the internet gateway."
        yield Finding(cause, f'add "nat_subnets: {public[0]}" to network.', ("network", "nat"))


RULE = Rule(
    id="NET115",
    title="NAT gateway has no public subnet",
    what=("The NAT gateways have no tier, or one that is not routed to the internet gateway, or it is open which."),
    why="A NAT gateway outside of a public subnet is made without complaint and reaches nothing.",
    fix="Name a tier in `network.nat_subnets` whose route table has the default route `internet_gateway`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    bad="network: {nat_subnets: private}",
    good="network: {nat_subnets: public}",
    essential=True,
    check_spec=check,
)
