"""Readiness ignores the database."""

from collections.abc import Iterator

from compiler.diagnostics import Finding
from compiler.model.stack import Stack
from compiler.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare what is used with what is touched."""
    for name, service in stack.services.items():
        touched = service.health.ready.touches if service.health.ready else []
        for database in service.uses:
            if database not in touched and database in stack.databases:
                listed = ", ".join([*touched, database])
                cause = f'{name} uses database "{database}", and its readiness check does not touch it.'
                where = ("services", name, "health", "ready") if service.health.ready else ("services", name, "uses")
                yield Finding(
                    cause, f"write ready: {{path: /ready, touches: [{listed}]}}, and have that path run a query.", where
                )


RULE = Rule(
    id="HLT101",
    title="Readiness ignores the database",
    what="A service uses a database, and its readiness check does not touch it.",
    why=(
        "Health checks were green while every request failed, because nothing that was checked asked the "
        "database anything."
    ),
    fix="Have the service's readiness endpoint run a query, and name the database in `touches`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    bad="services: {api: {health: {ready: {path: /ready, touches: []}}}}",
    check_spec=check,
)
