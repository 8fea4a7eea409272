"""A production service whose tier has one zone."""

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
            cause = f"{name} runs in {service.subnets}, which has a subnet in {stack.network.zones[0]} only."
            fix = f"add a network in a second zone to network.subnets.{service.subnets}.cidrs."
            yield Finding(cause, fix, ("services", name, "subnets"))


RULE = Rule(
    id="NET125",
    title="Service runs in one zone",
    severity=Severity.WARNING,
    what="A service of a production environment runs in a tier with one subnet.",
    why="When that zone fails, so does the service.",
    fix="Give the tier a network in a second zone.",
    source=(
        ""
        "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/use-fault-isolation-to-protect-your-workload.html"
    ),
    bad="network: {subnets: {private: {cidrs: [10.0.2.0/24]}}}",
    check_spec=check,
)
