"""Production service is in one availability zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the zones of each service's tier."""
    if stack.purpose != "production":
        return
    for name, service in stack.services.items():
        tier = stack.network.subnets.get(service.subnets)
        if tier and len(tier.cidrs) == 1:
            cause = f"services.{name} runs in subnet tier {service.subnets}, which has one subnet, in {stack.network.zones[0]}."
            fix = f"add an IPv4 range for a second zone to network.subnets.{service.subnets}.cidrs."
            yield Finding(cause, fix, ("services", name, "subnets"))


RULE = Rule(
    id="NET125",
    title="Production service is in one availability zone",
    severity=Severity.WARNING,
    what="A production service runs in a subnet tier with one subnet.",
    why="If that zone fails, the service is down.",
    fix="Add an IPv4 range for a second zone to the tier, such as `cidrs: [10.0.2.0/24, 10.0.3.0/24]`.",
    source=(
        ""
        "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/use-fault-isolation-to-protect-your-workload.html"
    ),
    bad="network: {subnets: {private: {cidrs: [10.0.2.0/24]}}}",
    check_spec=check,
)
