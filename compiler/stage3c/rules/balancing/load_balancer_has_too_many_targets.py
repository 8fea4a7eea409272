"""Load balancer has too many targets."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import routes_on
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Add up the most tasks of each load balancer's services."""
    most = quota("load_balancer", "targets")
    for name in stack.load_balancers:
        count = sum(stack.services[service].scale.max for service in routes_on(stack, name))
        if count > most:
            cause = f"the services on load_balancers.{name} can run {count} tasks; the quota is {most} targets."
            yield Finding(
                cause, "lower scale.max of its services, or add a second load balancer.", ("load_balancers", name)
            )


RULE = Rule(
    id="LIM108",
    title="Load balancer has too many targets",
    severity=Severity.WARNING,
    what="The services of one load balancer can run more than 1,000 tasks in total.",
    why="The default quota is 1,000 targets per load balancer; further tasks receive no requests.",
    fix="Lower `scale.max`, add a load balancer, or request a quota increase.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html",
    bad="services: {web: {scale: {min: 2, max: 1001}}}",
    check_spec=check,
)
