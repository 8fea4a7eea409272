"""Production service has no deployment circuit breaker."""

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
            cause = f"services.{name}.deployment.circuit_breaker is false, but the purpose of {stack.environment} is production."
            yield Finding(cause, "write `circuit_breaker: true`.", ("services", name, "deployment", "circuit_breaker"))


RULE = Rule(
    id="SVC111",
    title="Production service has no deployment circuit breaker",
    what="A production service has `circuit_breaker: false`.",
    why="A version that does not start is retried for hours, and the previous one is not restored.",
    fix="Remove `circuit_breaker: false`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    bad="services: {web: {deployment: {circuit_breaker: false}}}",
    check_spec=check,
)
