"""Autoscaling has no metric."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for a range without a target."""
    for name, service in stack.services.items():
        scale = service.scale
        if scale.min < scale.max and scale.cpu_percent is None and scale.memory_percent is None:
            cause = f"services.{name} can run {scale.min} to {scale.max} tasks, but has neither cpu_percent nor memory_percent."
            yield Finding(cause, "add `cpu_percent: 70`.", ("services", name, "scale"))


RULE = Rule(
    id="SVC107",
    title="Autoscaling has no metric",
    severity=Severity.WARNING,
    what="A service can run different numbers of tasks, but no metric changes the number.",
    why="Without `cpu_percent` or `memory_percent` the service never scales.",
    fix="Add `cpu_percent: 70`, or write the same min and max.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html",
    bad="""
services:
  jobs:
    image: "jobs:1"
    cpu: 256
    memory_mib: 512
    subnets: private
    scale: {min: 1, max: 3, cpu_percent: null, memory_percent: null}
""",
    good="services: {web: {scale: {min: 1, max: 3, cpu_percent: 60}}}",
    check_spec=check,
)
