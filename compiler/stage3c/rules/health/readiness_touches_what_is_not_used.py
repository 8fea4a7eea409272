"""Readiness check lists a database that is not used."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare what is touched with what is used."""
    for name, service in stack.services.items():
        if any(database not in stack.databases for database in service.uses):
            continue  # SPEC106 reports it
        for position, database in enumerate(service.health.ready.touches if service.health.ready else []):
            if database in stack.databases and database not in service.uses:
                path = ("services", name, "health", "ready", "touches", position)
                yield Finding(
                    f"{database} is in touches, but services.{name} does not use it.",
                    f"add `uses: [{database}]`.",
                    path,
                )


RULE = Rule(
    id="HLT102",
    title="Readiness check lists a database that is not used",
    what="`touches` lists a database that the service does not use.",
    why="The service has neither its address nor network access to it, so the check could never succeed.",
    fix="Add the database to `uses`, or remove it from `touches`.",
    source="The design of this language.",
    bad="services: {web: {health: {ready: {path: /ready, touches: [orders]}}}}",
    check_spec=check,
)
