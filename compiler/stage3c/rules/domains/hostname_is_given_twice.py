"""Hostname is listed twice."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for names that stand earlier in the list."""
    for key, balancer in stack.load_balancers.items():
        seen: set[str] = set()
        for position, hostname in enumerate(balancer.hostnames or ()):
            if hostname.lower() in seen:
                cause = f"{clip(hostname)} is listed twice in load_balancers.{key}.hostnames."
                yield Finding(cause, "remove one of the two.", ("load_balancers", key, "hostnames", position))
            seen.add(hostname.lower())


RULE = Rule(
    id="DNS106",
    title="Hostname is listed twice",
    what="A load balancer lists the same hostname twice, ignoring case.",
    why="Route 53 rejects the second record of the same name.",
    fix="Remove one of the two.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
    bad="load_balancers: {public: {hostnames: [shop.example.com, Shop.example.com]}}",
    check_spec=check,
)
