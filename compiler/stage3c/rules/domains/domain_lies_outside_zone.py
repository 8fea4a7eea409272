"""A domain that its zone does not hold."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import is_inside
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the name's end with the zone."""
    domain = stack.domain
    if domain and not is_inside(domain.name, domain.zone):
        cause = f"{clip(domain.name)} is not inside of the zone {clip(domain.zone)}."
        first = domain.name.removeprefix("*.").split(".")[0]
        yield Finding(cause, f"write {clip(first)}.{clip(domain.zone)}.", ("domain", "name"))


RULE = Rule(
    id="DNS101",
    title="Domain lies outside its zone",
    what="`domain.name` is neither `domain.zone` nor below it.",
    why="Route 53 refuses a record that is not in its zone, and the certificate can never be validated.",
    fix="Write a name that ends in the zone.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html",
    bad="domain: {name: shop.example.org}",
    good="domain: {name: example.com}",
    check_spec=check,
)
