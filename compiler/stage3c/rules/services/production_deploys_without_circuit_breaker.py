"""Production deploys without circuit breaker."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the breaker of each service."""
    if stack.purpose != "production":
        return
    for name, service in stack.services.items():
        if not service.deployment.circuit_breaker:
            cause = f"a broken version of {name} would never be rolled back."
            yield Finding(cause, "write circuit_breaker: true.", ("services", name, "deployment", "circuit_breaker"))


RULE = Rule(
    id="SVC111",
    title="Production deploys without circuit breaker",
    what="A production service switches the deployment circuit breaker off.",
    why=(
        "A version that does not come up is then started again and again, for hours, and nothing goes back to "
        "the old one."
    ),
    fix="Remove `circuit_breaker: false`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    bad="services: {web: {deployment: {circuit_breaker: false}}}",
    check_spec=check,
)
