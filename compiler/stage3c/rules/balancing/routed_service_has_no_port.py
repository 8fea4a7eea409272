"""A service behind a load balancer that listens on nothing."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for routed services without a port."""
    for name, service in stack.services.items():
        if service.load_balancer and service.port is None:
            cause = f"{name} hangs on load balancer {service.load_balancer.name} and has no port."
            yield Finding(cause, f'add "port: 8080" to services.{name}.', ("services", name, "load_balancer"))


RULE = Rule(
    id="LBA115",
    title="Routed service has no port",
    what="A service has a `load_balancer` and no `port`.",
    why="The load balancer would not know where to send its requests.",
    fix="Add the `port` that the container listens on, or remove `load_balancer`.",
    source="botocore 1.43.11 data/ecs LoadBalancer.containerPort",
    bad="services: {web: {port: null}}",
    good="services: {web: {port: 3000}}",
    essential=True,
    check_spec=check,
)
