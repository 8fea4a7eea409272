"""Service behind a load balancer has no readiness check."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for services with traffic and without the check."""
    for name, service in stack.services.items():
        if service.load_balancer and service.health.ready is None and not service.uses:
            cause = f"services.{name} is behind load balancer {service.load_balancer.name} but has no health.ready."
            yield Finding(cause, "add `health: {ready: /ready}`.", ("services", name, "health"))


RULE = Rule(
    id="HLT103",
    title="Service behind a load balancer has no readiness check",
    what="A service behind a load balancer has no `health.ready`.",
    why="The load balancer would check `/`: any 200 counts as healthy, any other status stops every task.",
    fix="Add the path that shows whether requests can be served, such as `health: {ready: /ready}`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    bad="services: {web: {health: {ready: null}}}",
    check_spec=check,
)
