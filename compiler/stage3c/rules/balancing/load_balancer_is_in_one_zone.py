"""A load balancer with one subnet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the zones of each load balancer's tier."""
    for name, balancer in stack.load_balancers.items():
        tier = stack.network.subnets.get(balancer.subnets)
        if tier and len(tier.cidrs) == 1:
            cause = (
                f"{balancer.subnets} has a subnet in {stack.network.zones[0]} only; a load balancer needs two zones."
            )
            fix = f"add a network in a second zone to network.subnets.{balancer.subnets}.cidrs."
            yield Finding(cause, fix, ("load_balancers", name, "subnets"))


RULE = Rule(
    id="LBA101",
    title="Load balancer is in one zone",
    what="A load balancer's tier has a subnet in fewer than two zones.",
    why="AWS refuses it: At least two subnets in two different Availability Zones must be specified.",
    fix="Give the tier a network in a second zone.",
    source=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"),
    bad="network: {subnets: {public: {cidrs: [10.0.0.0/24]}}}",
    check_spec=check,
)
