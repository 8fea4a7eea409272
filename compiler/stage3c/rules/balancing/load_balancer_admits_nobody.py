"""Load balancer allows no inbound traffic."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for empty lists."""
    for name, balancer in stack.load_balancers.items():
        if balancer.scheme == "internet-facing" and not balancer.allow_from:
            cause = f"load_balancers.{name} is internet-facing, but allow_from is empty."
            fix = "write `allow_from: [0.0.0.0/0]`, or remove allow_from."
            yield Finding(cause, fix, ("load_balancers", name, "allow_from"))


RULE = Rule(
    id="LBA123",
    title="Load balancer allows no inbound traffic",
    severity=Severity.WARNING,
    what="An internet-facing load balancer has an empty `allow_from`.",
    why="Its security group drops every request.",
    fix="Write `allow_from: [0.0.0.0/0]`, or list the allowed IPv4 ranges.",
    source=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html"
    ),
    bad="load_balancers: {public: {allow_from: []}}",
    good="load_balancers: {public: {allow_from: [203.0.113.0/24]}}",
    check_spec=check,
)
