"""Allowed addresses on an internal load balancer."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for addresses where none are let in."""
    for name, balancer in stack.load_balancers.items():
        if balancer.scheme == "internal" and "allow_from" in balancer.model_fields_set:
            cause = f"{name} is internal and admits only the services that call through it."
            yield Finding(cause, "remove it.", ("load_balancers", name, "allow_from"))


RULE = Rule(
    id="LBA122",
    title="Allowed addresses have no effect",
    severity=Severity.WARNING,
    what="An internal load balancer has `allow_from`.",
    why=(
        "An internal one is open to the services that call through it and to nobody else, so the addresses "
        "are not let in."
    ),
    fix="Remove `allow_from`, or make the load balancer internet-facing.",
    source="The design of this language.",
    bad="load_balancers: {internal: {allow_from: [192.168.0.0/16]}}",
    good="load_balancers: {public: {allow_from: [192.168.0.0/16]}}",
    check_spec=check,
)
