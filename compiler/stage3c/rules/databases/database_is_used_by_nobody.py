"""Database is used by nobody."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for databases that stand in no `uses`."""
    used = {database for service in stack.services.values() for database in service.uses}
    for name in stack.databases:
        if name not in used:
            yield Finding(f"no service uses {name}.", f"add uses: [{name}] to a service.", ("databases", name))


RULE = Rule(
    id="DBS114",
    title="Database is used by nobody",
    severity=Severity.WARNING,
    what="No service uses a database.",
    why="It costs by the hour, and no firewall lets anything reach it.",
    fix="Add it to a service's `uses`, or remove it.",
    source="The design of this language.",
    bad="services: {api: {uses: [], secrets: null, health: {ready: {path: /ready, touches: []}}}}",
    check_spec=check,
)
