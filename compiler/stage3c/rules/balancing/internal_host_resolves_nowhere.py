"""Host of an internal load balancer has no DNS record."""

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
            cause = f"load_balancers.{route.name} is internal, so {listed(route.hosts, 3)} has no DNS record."
            yield Finding(
                cause, f"write `paths: [/{name}/*]` instead of hosts.", ("services", name, "load_balancer", "hosts")
            )


RULE = Rule(
    id="LBA117",
    title="Host of an internal load balancer has no DNS record",
    severity=Severity.WARNING,
    what="A service behind an internal load balancer has `hosts`.",
    why=("Callers use the DNS name of the load balancer, so their requests match no listener rule and get status 404."),
    fix="Use `paths` instead of `hosts`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    bad="services: {api: {load_balancer: {name: internal, hosts: [api.internal.example.com]}}}",
    check_spec=check,
)
