"""Scaling never leaves zero."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for scaling services whose least number is none."""
    for name, service in stack.services.items():
        if service.scale.min == 0 < service.scale.max:
            cause = f"once {name} has no task, no metric makes it start one."
            yield Finding(cause, "write min: 1.", ("services", name, "scale"))


RULE = Rule(
    id="SVC117",
    title="Scaling never leaves zero",
    severity=Severity.WARNING,
    what="A service may shrink to no task, and grows by CPU or memory.",
    why="Without a task there is no CPU and no memory to measure, so nothing ever starts one again.",
    fix="Write `min` 1 or more.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html",
    bad="services: {web: {scale: {min: 0, max: 3}}}",
    good="services: {web: {scale: {min: 1, max: 3}}}",
    check_spec=check,
)
