"""A host on an internal load balancer that no name server knows."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Look for hosts behind internal load balancers."""
    for name, service in stack.services.items():
        route = service.load_balancer
        balancer = stack.load_balancers.get(route.name) if route else None
        if route and route.hosts and balancer and balancer.scheme == "internal":
            cause = f"{route.name} is internal, and this stack makes no record for {listed(route.hosts, 3)}."
            yield Finding(cause, f'write "paths: [/{name}/*]" instead.', ("services", name, "load_balancer", "hosts"))


RULE = Rule(
    id="LBA117",
    title="Internal host resolves nowhere",
    severity=Severity.WARNING,
    what="A service on an internal load balancer asks for `hosts`, which no record leads to.",
    why="Callers are given the load balancer's own name, so their requests match no rule and get 404.",
    fix="Use `paths`, or make the name known in a private zone of your own.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    bad="services: {api: {load_balancer: {name: internal, hosts: [api.internal.example.com]}}}",
    check_spec=check,
)
