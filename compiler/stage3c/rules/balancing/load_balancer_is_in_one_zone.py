"""Load balancer is in one availability zone."""

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
                f"network.subnets.{balancer.subnets} has one subnet, in "
                f"{stack.network.zones[0]}; a load balancer requires two zones."
            )
            fix = f"add an IPv4 range for a second zone to network.subnets.{balancer.subnets}.cidrs."
            yield Finding(cause, fix, ("load_balancers", name, "subnets"))


RULE = Rule(
    id="LBA101",
    title="Load balancer is in one availability zone",
    what="The subnet tier of a load balancer covers fewer than two zones.",
    why="AWS rejects it: At least two subnets in two different Availability Zones must be specified.",
    fix="Add an IPv4 range for a second zone to the tier, such as `cidrs: [10.0.0.0/24, 10.0.1.0/24]`.",
    source=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"),
    bad="network: {subnets: {public: {cidrs: [10.0.0.0/24]}}}",
    check_spec=check,
)
