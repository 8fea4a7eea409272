"""Checks have no way in."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for a public load balancer that serves something."""
    serving = {service.load_balancer.name for service in stack.services.values() if service.load_balancer}
    public = [
        name
        for name, balancer in stack.load_balancers.items()
        if balancer.scheme == "internet-facing" and name in serving
    ]
    if stack.checks and not public:
        yield Finding("no load balancer that faces the internet serves anything.", "remove checks.", ("checks",))


RULE = Rule(
    id="CHK102",
    title="Checks have no way in",
    what="The spec has checks, and no load balancer that faces the internet with a service behind it.",
    why="Checks are asked from outside, so they could never pass.",
    fix="Remove them, or put a service behind a public load balancer.",
    source="The design of this language.",
    bad="""
load_balancers: {public: {scheme: internal, subnets: private, https: null}}
domain: null
checks: [{get: /health}]
""",
    check_spec=check,
)
