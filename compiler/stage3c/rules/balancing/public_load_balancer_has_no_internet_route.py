"""Public load balancer has no route to the internet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import route_of, tiers_to
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look where the tiers of internet-facing load balancers lead."""
    public = tiers_to(stack, "internet_gateway")
    for name, balancer in stack.load_balancers.items():
        route = route_of(stack, balancer.subnets)
        if balancer.scheme == "internet-facing" and route not in (None, "internet_gateway"):
            cause = (
                f"load_balancers.{name} is internet-facing, but the default "
                f"route of subnet tier {balancer.subnets} is {route}."
            )
            fix = f"write `subnets: {public[0]}`." if public else "write `scheme: internal`."
            yield Finding(cause, fix, ("load_balancers", name, "subnets"))


RULE = Rule(
    id="LBA103",
    title="Public load balancer has no route to the internet",
    what="An internet-facing load balancer is in a subnet tier without a route to the internet gateway.",
    why="It gets public addresses that cannot be reached; every request times out.",
    fix="Use a tier whose route table has `default_route: internet_gateway`, or write `scheme: internal`.",
    source=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"),
    bad="load_balancers: {public: {subnets: private}}",
    good="load_balancers: {public: {subnets: public}}",
    check_spec=check,
)
