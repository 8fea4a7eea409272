"""No check depends on the database of a service."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.health.check_facts import answering, callees, public_services
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for a check with JSON values that reaches each service with a database, directly or through others."""
    if stack.purpose != "production" or not any(one.json_values for one in stack.checks):  # the latter is CHK104
        return
    asked = {name for one in stack.checks if one.json_values and (name := answering(stack, one))}
    proven = {callee for name in asked for callee in callees(stack, name)}
    reachable = {callee for name in public_services(stack) for callee in callees(stack, name)}
    for name, service in stack.services.items():
        if service.uses and name in reachable and name not in proven:
            cause = f"services.{name} uses {next(iter(service.uses))}, but no check with json values reaches it."
            fix = "add a check that needs the database, such as `{get: /api/status, json: {database_connected: true}}`."
            yield Finding(cause, fix, ("services", name, "uses"))


RULE = Rule(
    id="CHK106",
    title="No check depends on the database of a service",
    what="A production service uses a database and can be reached from outside, but no check compares JSON that it answers.",
    why="A release would count as verified while the service cannot reach its database.",
    fix="Add a check whose `json` the service answers, or one that calls it.",
    source="The design of this language.",
    severity=Severity.WARNING,
    bad="""
services: {api: {load_balancer: {name: public, paths: [/api/*]}}, web: {calls: null}}
load_balancers: {internal: null}
checks: [{get: /health, json: {status: ok}}, {get: /api/health}]
""",
    good="""
services: {api: {load_balancer: {name: public, paths: [/api/*]}}, web: {calls: null}}
load_balancers: {internal: null}
checks: [{get: /api/status, json: {database_connected: true}}]
""",
    check_spec=check,
)
