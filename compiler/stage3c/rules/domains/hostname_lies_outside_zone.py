"""Hostname is outside the zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import is_inside
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare each name's end with the zone."""
    zone = stack.domain.zone if stack.domain else None
    for key, balancer in stack.load_balancers.items():
        for position, hostname in enumerate(balancer.hostnames or ()):
            if zone and not is_inside(hostname, zone):
                cause = f"{clip(hostname)} is not in the zone {clip(zone)}."
                first = hostname.removeprefix("*.").split(".")[0]
                path = ("load_balancers", key, "hostnames", position)
                yield Finding(cause, f"write `{clip(first)}.{clip(zone)}`.", path)


RULE = Rule(
    id="DNS102",
    title="Hostname is outside the zone",
    what="One of the `hostnames` of a load balancer does not end in `domain.zone`.",
    why="Route 53 rejects a record outside its zone, and the certificate cannot be validated.",
    fix="Write a name that ends in the zone, such as `shop.example.com`.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html",
    bad="load_balancers: {public: {hostnames: [shop.example.com, shop.example.org]}}",
    check_spec=check,
)
