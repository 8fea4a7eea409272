"""Liveness and readiness ask the same path."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the paths."""
    for name, service in stack.services.items():
        live, ready = service.health.live, service.health.ready
        if live and ready and ready.touches and live.path == ready.path and live.command is None:
            cause = f'services.{name} uses "{live.path[:60]}" for both; a database outage would stop its tasks within seconds.'
            yield Finding(cause, "write live: {path: /health, …}.", ("services", name, "health", "live"))


RULE = Rule(
    id="HLT105",
    title="Liveness and readiness ask the same path",
    severity=Severity.WARNING,
    what="The live check of a service that uses a database requests the path that touches the database.",
    why=(
        "ECS replaces a task that fails either check. The readiness check has a threshold that outlasts a failover of the "
        "database; the live check must notice a process that hangs within seconds, so it must use nothing else."
    ),
    fix="Give the live check a path that touches nothing. The readiness check goes on touching the database.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html",
    bad="services: {api: {health: {live: {path: /ready, probe: python}}}}",
    check_spec=check,
)
