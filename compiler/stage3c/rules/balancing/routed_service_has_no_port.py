"""Service behind a load balancer has no port."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for routed services without a port."""
    for name, service in stack.services.items():
        if service.load_balancer and service.port is None:
            cause = f"services.{name} uses load balancer {service.load_balancer.name} but has no port."
            yield Finding(cause, f"add `port: 8080` to services.{name}.", ("services", name, "load_balancer"))


RULE = Rule(
    id="LBA115",
    title="Service behind a load balancer has no port",
    what="A service has a `load_balancer` but no `port`.",
    why="The load balancer needs a port to send requests to.",
    fix="Add the port that the container listens on, such as `port: 8080`.",
    source="botocore 1.43.11 data/ecs LoadBalancer.containerPort",
    bad="services: {web: {port: null}}",
    good="services: {web: {port: 3000}}",
    essential=True,
    check_spec=check,
)
