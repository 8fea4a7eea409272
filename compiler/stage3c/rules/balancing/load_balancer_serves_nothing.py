"""A load balancer that no service names."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import routes_on
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for load balancers without routes."""
    for name in stack.load_balancers:
        if not routes_on(stack, name):
            cause = f"no service names {name} as its load_balancer."
            yield Finding(cause, f'remove it, or write "load_balancer: {name}" in a service.', ("load_balancers", name))


RULE = Rule(
    id="LBA116",
    title="Load balancer serves nothing",
    severity=Severity.WARNING,
    what="No service names this load balancer.",
    why="It costs money by the hour and answers every request with 404.",
    fix="Name it in a service's `load_balancer`, or remove it.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html",
    bad="load_balancers: {spare: {scheme: internal, subnets: private}}",
    check_spec=check,
)
