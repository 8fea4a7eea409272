"""Liveness and readiness checks use the same path."""

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
            path = "/live" if live.path == "/health" else "/health"
            fix = f"write `live: {{path: {path}, probe: {live.probe or 'python'}}}`."
            yield Finding(cause, fix, ("services", name, "health", "live"))


RULE = Rule(
    id="HLT105",
    title="Liveness and readiness checks use the same path",
    severity=Severity.WARNING,
    what="The live check of a service that uses a database requests the path that queries the database.",
    why=(
        "ECS replaces a task that fails either check. The readiness check has a threshold that outlasts a failover of the "
        "database; the live check must notice within seconds that a process is stuck, so it must not query anything."
    ),
    fix=(
        "Use another path without a query for the live check, such as `live: {path: /health, probe: python}`. "
        "Leave the query in the readiness check."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html",
    bad="services: {api: {health: {live: {path: /ready, probe: python}}}}",
    check_spec=check,
)
