"""No check proves that the database is reachable."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for one check with expected values, where something is served that uses a database."""
    users = [name for name, service in stack.services.items() if service.uses]
    public = {name for name, balancer in stack.load_balancers.items() if balancer.scheme == "internet-facing"}
    serves = any(service.load_balancer and service.load_balancer.name in public for service in stack.services.values())
    proven = any(one.json_values for one in stack.checks)
    if stack.purpose == "production" and serves and users and not proven:
        given = "no check compares JSON values" if stack.checks else "the spec has no checks"
        cause = f"{given}, so a stack with an unreachable database would count as deployed."
        path = ("checks",) if stack.checks else ("services", users[0], "uses")
        yield Finding(cause, "add `{get: /api/status, json: {database_connected: true}}` to checks.", path)


RULE = Rule(
    id="CHK104",
    title="No check proves that the database is reachable",
    what="Production serves a domain and uses a database, but no check compares a value that requires the database.",
    why=(
        "In a real outage a deployment counted as successful because its resources existed: the load balancer"
        " was healthy while the database was unreachable."
    ),
    fix=(
        "Add a check whose value comes from the database, such as `{get: /api/status, json: "
        "{database_connected: true}}`."
    ),
    source="The design of this language.",
    bad="""
checks: [{get: /health}]
services: {api: {load_balancer: {name: public, paths: [/api/*]}}, web: {calls: null}}
load_balancers: {internal: null}
""",
    good="checks: [{get: /api/status, json: {database_connected: true}}]",
    check_spec=check,
)
