"""A public address in a private tier."""

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
            cause = f"{name} runs in {service.subnets}, whose default route is {route}."
            yield Finding(
                cause,
                "write false, or choose a tier that is routed to the internet_gateway.",
                ("services", name, "assign_public_ip"),
            )


RULE = Rule(
    id="NET120",
    title="Public address has no internet gateway",
    what="A service asks for public addresses in a tier that is not routed to the internet gateway.",
    why="The address is paid for and answers nothing, since packets leave by another way than they came.",
    fix="Remove `assign_public_ip`, or choose a public tier.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    bad="services: {web: {assign_public_ip: true}}",
    check_spec=check,
)
