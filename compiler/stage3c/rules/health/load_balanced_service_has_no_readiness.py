"""Load-balanced service has no readiness check."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for services with traffic and without the check."""
    for name, service in stack.services.items():
        if service.load_balancer and service.health.ready is None and not service.uses:
            cause = f"nothing tells load balancer {service.load_balancer.name} when {name} may have traffic."
            yield Finding(cause, "add health: {ready: /ready}.", ("services", name, "health"))


RULE = Rule(
    id="HLT103",
    title="Load-balanced service has no readiness check",
    what="A service behind a load balancer has no `health.ready`.",
    why=(
        "The load balancer would ask for `/` and take any 200 for health, or drop every task where `/` "
        "answers otherwise."
    ),
    fix="Add `ready` with the path that tells whether requests can be served.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    bad="services: {web: {health: {ready: null}}}",
    check_spec=check,
)
