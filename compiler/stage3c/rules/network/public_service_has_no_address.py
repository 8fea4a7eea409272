"""Service in a public subnet has no public IP address."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import comes_from_elsewhere, missing_endpoints, route_of, tiers_to
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Look for tasks that an internet gateway cannot serve."""
    for name, service in stack.services.items():
        if route_of(stack, service.subnets) != "internet_gateway" or service.assign_public_ip:
            continue
        missing = missing_endpoints(stack, service)
        if missing or comes_from_elsewhere(service):
            needs = "its image from the internet" if comes_from_elsewhere(service) else listed(missing, 20)
            private = tiers_to(stack, "nat_gateway")
            cause = (
                f"services.{name} needs {needs}, but has no public IP address in public subnet tier {service.subnets}."
            )
            fix = "write `assign_public_ip: true`" + (f", or `subnets: {private[0]}`." if private else ".")
            yield Finding(cause, fix, ("services", name, "subnets"))


RULE = Rule(
    id="NET121",
    title="Service in a public subnet has no public IP address",
    what="A service runs in a public subnet tier without public IP addresses and without all required VPC endpoints.",
    why=(
        "An internet gateway only works with public addresses, so tasks cannot pull images or secrets and do not start."
    ),
    fix="Write `assign_public_ip: true`, or use a private subnet tier with NAT.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    bad="services: {web: {subnets: public}}",
    good="services: {web: {subnets: public, assign_public_ip: true}}",
    check_spec=check,
)
