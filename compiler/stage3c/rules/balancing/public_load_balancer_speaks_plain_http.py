"""Public load balancer has no HTTPS."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for internet-facing load balancers without TLS."""
    for name, balancer in stack.load_balancers.items():
        if balancer.scheme == "internet-facing" and balancer.https is None:
            cause = f"load_balancers.{name} is internet-facing and serves HTTP on port {balancer.http} without TLS."
            fix = "add `https: true`" + (
                "." if stack.domain else ", and `domain: {zone: example.com, name: shop.example.com}` with your domain."
            )
            yield Finding(cause, fix, ("load_balancers", name))


RULE = Rule(
    id="LBA104",
    title="Public load balancer has no HTTPS",
    severity=Severity.WARNING,
    what="An internet-facing load balancer has no `https`.",
    why="Passwords and session cookies cross the internet unencrypted.",
    fix="Add `domain` to the spec and `https: true` to the load balancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html",
    bad="load_balancers: {public: {https: false}}",
    good="load_balancers: {public: {https: true}}",
    check_spec=check,
)
