"""Internal load balancer is in a public subnet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import route_of, tiers_to
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look where the tiers of internal load balancers lead."""
    private = tiers_to(stack, "nat_gateway") or tiers_to(stack, "none")
    for name, balancer in stack.load_balancers.items():
        if balancer.scheme == "internal" and private and route_of(stack, balancer.subnets) == "internet_gateway":
            cause = f"load_balancers.{name} is internal, but subnet tier {balancer.subnets} has a route to the internet gateway."
            yield Finding(cause, f"write `subnets: {private[0]}`.", ("load_balancers", name, "subnets"))


RULE = Rule(
    id="LBA105",
    title="Internal load balancer is in a public subnet",
    severity=Severity.WARNING,
    what="An internal load balancer is in a subnet tier with a route to the internet gateway.",
    why="A change of `scheme` alone would expose it, and it uses addresses of the public subnets.",
    fix="Use a private subnet tier, such as `subnets: private`.",
    source=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"),
    bad="load_balancers: {internal: {subnets: public}}",
    good="load_balancers: {internal: {subnets: private}}",
    check_spec=check,
)
