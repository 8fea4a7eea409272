"""Public service has no check."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.health.check_facts import answering, public_services
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the public services of production with those that a check reaches."""
    if stack.purpose != "production":
        return
    reached = {answering(stack, one) for one in stack.checks}
    for name in public_services(stack):
        route = stack.services[name].load_balancer
        if name in reached or route is None:
            continue
        pattern = next(iter(route.paths), "/*")
        example = pattern.replace("*", "health").replace("?", "a")
        cause = f"services.{name} is public ({pattern}), but no check sends a request to it."
        host = f", host: {route.hosts[0]}" if route.hosts else ""
        yield Finding(cause, f"add `{{get: {example}{host}}}` to checks.", ("services", name, "load_balancer"))


RULE = Rule(
    id="CHK105",
    title="Public service has no check",
    what="A production service is behind an internet-facing load balancer, but no request of `checks` is routed to it.",
    why="`stage3c verify` and `smoke.sh` would call a release a success while this service does not answer.",
    fix="Add a check with a path of the service, such as `{get: /media/health}`.",
    source="The design of this language.",
    severity=Severity.WARNING,
    bad="""
services: {web: {load_balancer: {name: public, paths: [/shop/*]}}}
""",
    good="""
services: {web: {load_balancer: {name: public, paths: [/shop/*]}}}
checks: [{get: /shop/status, json: {database_connected: true}}]
""",
    check_spec=check,
)
