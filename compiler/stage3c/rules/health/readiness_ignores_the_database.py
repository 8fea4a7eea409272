"""Readiness check does not query the database."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare what is used with what is touched."""
    for name, service in stack.services.items():
        if service.load_balancer is None:  # nothing sends a worker the check
            continue
        touched = service.health.ready.touches if service.health.ready else []
        missed = [used for used in service.uses if used not in touched and used in stack.databases]
        if missed:
            which = ", ".join(f'"{database}"' for database in missed)
            cause = f"services.{name} uses database {which}, but its readiness check does not query it."
            wanted = f"touches: [{', '.join([*touched, *missed])}]"
            where = ("services", name, "health", "ready") if service.health.ready else ("services", name, "uses")
            fix = f"write `ready: {{path: /ready, {wanted}}}`, and run a query in that endpoint."
            yield Finding(cause, fix, where)


RULE = Rule(
    id="HLT101",
    title="Readiness check does not query the database",
    what="A service behind a load balancer uses a database, but its readiness check does not query it.",
    why=(
        "A task that cannot log in to its database, or whose schema is incomplete, would be reported as healthy while "
        "every request fails, and a deployment of such tasks would succeed."
    ),
    fix="Run a query in the readiness endpoint, and write `ready: {path: /ready, touches: [KEY]}`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    bad="services: {api: {health: {ready: {path: /ready, touches: []}}}}",
    check_spec=check,
)
