"""Allowed addresses have no effect on an internal load balancer."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for addresses where none are let in."""
    for name, balancer in stack.load_balancers.items():
        if balancer.scheme == "internal" and "allow_from" in balancer.model_fields_set:
            cause = (
                f"load_balancers.{name} is internal, so allow_from has no effect; "
                "it allows only the services that call through it."
            )
            yield Finding(cause, "remove allow_from.", ("load_balancers", name, "allow_from"))


RULE = Rule(
    id="LBA122",
    title="Allowed addresses have no effect on an internal load balancer",
    severity=Severity.WARNING,
    what="An internal load balancer has `allow_from`.",
    why="An internal load balancer allows only the services that call through it; the listed addresses are ignored.",
    fix="Remove `allow_from`, or write `scheme: internet-facing`.",
    source="The design of this language.",
    bad="load_balancers: {internal: {allow_from: [192.168.0.0/16]}}",
    good="load_balancers: {public: {allow_from: [192.168.0.0/16]}}",
    check_spec=check,
)
