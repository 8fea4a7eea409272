"""Nothing proves that it works."""

from collections.abc import Iterator

from compiler.diagnostics import Finding
from compiler.model.stack import Stack
from compiler.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for one check with expected values, where checks are written at all or a domain is served with a database."""
    uses_database = any(service.uses for service in stack.services.values())
    proven = any(one.json_values for one in stack.checks)
    if stack.purpose == "production" and stack.checks and uses_database and not proven:
        cause = "every check only asks for a status, which a stack with an unreachable database answers as well."
        yield Finding(cause, "add a check such as {get: /api/status, json: {database_connected: true}}.", ("checks",))


RULE = Rule(
    id="CHK104",
    title="Nothing proves that it works",
    what=(
        "Production serves a domain and uses a database, and no check expects an answer that only a working "
        "application gives."
    ),
    why=(
        "An application counted as deployed because its resources existed: the load balancer was healthy while "
        "`database_connected` was false. Only an answer from end to end shows that it works."
    ),
    fix="Add a check whose `json` values come from the database.",
    source="The design of this language.",
    bad="""
checks: [{get: /health}]
services: {api: {load_balancer: {name: public, paths: [/api/*]}}, web: {calls: null}}
load_balancers: {internal: null}
""",
    good="checks: [{get: /api/status, json: {database_connected: true}}]",
    check_spec=check,
)
