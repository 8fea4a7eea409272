"""A host name that the zone does not hold."""

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
                cause = f"{clip(hostname)} is not inside of the zone {clip(zone)}."
                first = hostname.removeprefix("*.").split(".")[0]
                path = ("load_balancers", key, "hostnames", position)
                yield Finding(cause, f"write {clip(first)}.{clip(zone)}.", path)


RULE = Rule(
    id="DNS102",
    title="Host name lies outside the zone",
    what="One of a load balancer's `hostnames` is not inside of `domain.zone`.",
    why="Route 53 refuses a record that is not in its zone, and the certificate can never be validated.",
    fix="Write a name that ends in the zone.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html",
    bad="load_balancers: {public: {hostnames: [shop.example.com, shop.example.org]}}",
    check_spec=check,
)
