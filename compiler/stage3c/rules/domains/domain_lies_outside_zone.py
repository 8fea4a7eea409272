"""Domain name is outside its zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.balancing.route_facts import is_inside
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the name's end with the zone."""
    domain = stack.domain
    if domain and not is_inside(domain.name, domain.zone):
        cause = f"domain.name {clip(domain.name)} is not in the zone {clip(domain.zone)}."
        first = domain.name.removeprefix("*.").split(".")[0]
        yield Finding(cause, f"write `name: {clip(first)}.{clip(domain.zone)}`.", ("domain", "name"))


RULE = Rule(
    id="DNS101",
    title="Domain name is outside its zone",
    what="`domain.name` does not end in `domain.zone`.",
    why="Route 53 rejects a record outside its zone, and the certificate cannot be validated.",
    fix="Write a name that ends in the zone, such as `{zone: example.com, name: shop.example.com}`.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-shared.html",
    bad="domain: {name: shop.example.org}",
    good="domain: {name: example.com}",
    check_spec=check,
)
