"""Checks have no public endpoint."""

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
    unknown = serving - stack.load_balancers.keys()  # SPEC106 reports them
    if stack.checks and not public and not unknown:
        yield Finding(
            "the spec has checks, but no service is behind an internet-facing load balancer.",
            f"add `load_balancer: {_public(stack)}` to the service that answers them.",
            ("checks",),
        )


def _public(stack: Stack) -> str:
    """The key of an internet-facing load balancer, or the usual one."""
    return next((key for key, each in stack.load_balancers.items() if each.scheme == "internet-facing"), "public")


RULE = Rule(
    id="CHK102",
    title="Checks have no public endpoint",
    what="The spec has checks, but no service behind an internet-facing load balancer.",
    why="Checks run from the internet, so they could never pass.",
    fix="Remove `checks`, or put a service behind a public load balancer.",
    source="The design of this language.",
    bad="""
load_balancers: {public: {scheme: internal, subnets: private, https: null}}
domain: null
checks: [{get: /health}]
""",
    check_spec=check,
)
