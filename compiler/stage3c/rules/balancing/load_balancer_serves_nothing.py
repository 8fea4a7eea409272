"""Load balancer has no services."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import routes_on
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for load balancers without routes."""
    for name in stack.load_balancers:
        if not routes_on(stack, name):
            cause = f"no service has `load_balancer: {name}`."
            yield Finding(
                cause,
                f"add `load_balancer: {name}` to a service, or remove load_balancers.{name}.",
                ("load_balancers", name),
            )


RULE = Rule(
    id="LBA116",
    title="Load balancer has no services",
    severity=Severity.WARNING,
    what="No service uses the load balancer.",
    why="It is billed per hour and answers every request with status 404.",
    fix="Add `load_balancer: KEY` to a service, or remove the load balancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html",
    bad="load_balancers: {spare: {scheme: internal, subnets: private}}",
    check_spec=check,
)
