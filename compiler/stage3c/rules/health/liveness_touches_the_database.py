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
            cause = (
                f"live and ready of services.{name} both use {live.path[:60]}, so a database outage stops its tasks."
            )
            yield Finding(
                cause,
                f"write `live: {{path: {'/live' if live.path == '/health' else '/health'}, probe: {live.probe or 'python'}}}`.",
                ("services", name, "health", "live"),
            )


RULE = Rule(
    id="HLT105",
    title="Liveness and readiness checks use the same path",
    severity=Severity.WARNING,
    what="The live check of a service uses the path that queries the database.",
    why="During a database outage ECS would stop every task, and the service would stay down afterwards.",
    fix="Use another path without a query for the live check, such as `live: {path: /health, probe: python}`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html",
    bad="services: {api: {health: {live: {path: /ready, probe: python}}}}",
    check_spec=check,
)
