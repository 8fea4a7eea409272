"""Database is not used."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for databases that stand in no `uses`."""
    used = {database for service in stack.services.values() for database in service.uses}
    for name in stack.databases:
        if name not in used:
            yield Finding(
                f"no service uses databases.{name}.",
                f"add `uses: [{name}]` to a service, or remove databases.{name}.",
                ("databases", name),
            )


RULE = Rule(
    id="DBS114",
    title="Database is not used",
    severity=Severity.WARNING,
    what="No service lists the database in `uses`.",
    why="It is billed per hour, and no security group allows traffic to it.",
    fix="Add the database to `uses` of a service, or remove it.",
    source="The design of this language.",
    bad="services: {api: {uses: [], secrets: null, health: {ready: {path: /ready, touches: []}}}}",
    check_spec=check,
)
