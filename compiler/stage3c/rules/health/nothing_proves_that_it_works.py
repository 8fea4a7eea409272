"""Nothing proves that it works."""

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
        given = "every check only asks for a status" if stack.checks else "there are no checks"
        cause = f"{given}, so a stack with an unreachable database would count as deployed."
        path = ("checks",) if stack.checks else ("services", users[0], "uses")
        yield Finding(
            cause, "add a check such as {get: /api/status, json: {database_connected: true}} to checks.", path
        )


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
