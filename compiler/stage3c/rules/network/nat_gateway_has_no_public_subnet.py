"""NAT gateway has no public subnet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import route_of, tiers_to
from stage3c.rules.rule import Rule
from stage3c.wording import listed

_ADD = "add a route table with `default_route: internet_gateway` and a subnet tier that uses it."


def check(stack: Stack) -> Iterator[Finding]:
    """Find the tier that holds the gateways, where some are to be made."""
    network, public = stack.network, tiers_to(stack, "internet_gateway")
    wanted = any(table.default_route == "nat_gateway" for table in network.route_tables.values())
    if network.nat == "none" or not wanted:
        return
    if network.nat_subnets is not None:
        route = route_of(stack, network.nat_subnets)
        if route not in (None, "internet_gateway"):
            cause = (
                f"network.nat_subnets is {network.nat_subnets}, whose default route is {route}, not internet_gateway."
            )
            fix = f"write `nat_subnets: {public[0]}`." if public else _ADD
            yield Finding(cause, fix, ("network", "nat_subnets"))
    elif not public:
        cause = "no subnet tier has a route table with default_route internet_gateway."
        yield Finding(cause, _ADD, ("network", "nat"))
    elif len(public) > 1:
        cause = f"subnet tiers {listed(public)} all have a route to the internet gateway, and nat_subnets is missing."
        yield Finding(cause, f"add `nat_subnets: {public[0]}` to network.", ("network", "nat"))


RULE = Rule(
    id="NET115",
    title="NAT gateway has no public subnet",
    what=(
        "The NAT gateways have no subnet tier, one without a route to the internet gateway, or several are possible."
    ),
    why="A NAT gateway outside a public subnet is created without an error but cannot reach the internet.",
    fix="Write `nat_subnets: public`, with a tier whose route table has `default_route: internet_gateway`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
    bad="network: {nat_subnets: private}",
    good="network: {nat_subnets: public}",
    essential=True,
    check_spec=check,
)
