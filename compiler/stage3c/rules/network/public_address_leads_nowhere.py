"""Public IP address without an internet gateway."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import route_of
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare what a service asks for with where its tier leads."""
    for name, service in stack.services.items():
        route = route_of(stack, service.subnets)
        if service.assign_public_ip and route not in (None, "internet_gateway"):
            cause = f"services.{name} has assign_public_ip, but the default route of subnet tier {service.subnets} is {route}."
            yield Finding(
                cause,
                "remove `assign_public_ip`, or use a public subnet tier.",
                ("services", name, "assign_public_ip"),
            )


RULE = Rule(
    id="NET120",
    title="Public IP address without an internet gateway",
    what="A service assigns public IP addresses in a subnet tier without a route to the internet gateway.",
    why="The address is billed but receives no traffic, because replies take another route.",
    fix="Remove `assign_public_ip`, or use a public subnet tier.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    bad="services: {web: {assign_public_ip: true}}",
    check_spec=check,
)
