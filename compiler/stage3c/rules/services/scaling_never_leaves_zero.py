"""Autoscaling cannot start from zero tasks."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for scaling services whose least number is none."""
    for name, service in stack.services.items():
        if service.scale.min == 0 < service.scale.max:
            cause = f"services.{name}.scale.min is 0; without a task there is no metric that would start one."
            yield Finding(cause, "write `min: 1`.", ("services", name, "scale"))


RULE = Rule(
    id="SVC117",
    title="Autoscaling cannot start from zero tasks",
    severity=Severity.WARNING,
    what="A service can scale to zero tasks, and scales by CPU or memory.",
    why="Without a task there is no CPU or memory to measure, so no task is ever started again.",
    fix="Write `min: 1` or more.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html",
    bad="services: {web: {scale: {min: 0, max: 3}}}",
    good="services: {web: {scale: {min: 1, max: 3}}}",
    check_spec=check,
)
