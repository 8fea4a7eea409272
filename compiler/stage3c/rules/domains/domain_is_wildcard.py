"""Domain is a wildcard."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for an asterisk."""
    for key in ("zone", "name") if stack.domain else ():
        name: str = getattr(stack.domain, key)
        if name.startswith("*."):
            yield Finding(
                f"domain.{key} is {clip(name)}, a wildcard.", f"write `{key}: {clip(name[2:])}`.", ("domain", key)
            )


RULE = Rule(
    id="DNS107",
    title="Domain is a wildcard",
    what="`domain.zone` or `domain.name` starts with an asterisk.",
    why="A hosted zone has a plain name, and a wildcard cannot be opened or checked.",
    fix="Write a plain name, such as `name: shop.example.com`; wildcards belong in `hostnames`.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
    bad="domain: {name: '*.example.com'}",
    good="load_balancers: {public: {hostnames: [shop.example.com, '*.shop.example.com']}}",
    check_spec=check,
)
