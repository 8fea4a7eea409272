"""Readiness check accepts error statuses."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_FAILURE = 400


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the highest status that counts as ready."""
    for name, service in stack.services.items():
        ready = service.health.ready
        statuses = [int(one) for one in ready.status.replace(",", "-").split("-")] if ready else []
        if service.uses and statuses and max(statuses) >= _FAILURE:
            cause = f"services.{name} counts as healthy when it returns status {max(statuses)}."
            yield Finding(cause, 'write `status: "200"`.', ("services", name, "health", "ready", "status"))


RULE = Rule(
    id="HLT109",
    title="Readiness check accepts error statuses",
    what="The readiness check of a service with a database accepts status 400 or higher.",
    why="The service would count as healthy while its database is unreachable.",
    fix='Write `status: "200"`.',
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    bad="""services: {api: {health: {ready: {path: /ready, touches: [orders], status: "200-499"}}}}""",
    good="""services: {api: {health: {ready: {path: /ready, touches: [orders], status: "200-299"}}}}""",
    check_spec=check,
)
