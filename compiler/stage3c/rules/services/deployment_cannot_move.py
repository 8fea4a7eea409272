"""Deployment cannot start or stop a task."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count how many tasks may stop and start, at the smallest size of each service."""
    for name, service in stack.services.items():
        low, high = service.deployment.minimum_healthy_percent, service.deployment.maximum_percent
        tasks = max(service.scale.min, 1)
        keeps, holds = -(-tasks * low // 100), tasks * high // 100
        if low > high or (keeps >= tasks and holds <= tasks):
            cause = (
                f"services.{name} has {tasks} task{'s' if tasks > 1 else ''}; minimum {low} % keeps {keeps} "
                f"running and maximum {high} % allows {holds}."
            )
            fix = "write `minimum_healthy_percent: 100` and `maximum_percent: 200`."
            yield Finding(cause, fix, ("services", name, "deployment"))


RULE = Rule(
    id="SVC108",
    title="Deployment cannot start or stop a task",
    what="`minimum_healthy_percent` and `maximum_percent` leave no room to start a new task or stop an old one.",
    why="ECS waits forever or rejects the service; `terraform plan` shows no problem.",
    fix="Write `minimum_healthy_percent: 100` and `maximum_percent: 200`.",
    source="https://github.com/hashicorp/terraform-provider-aws/issues/19519",
    bad="services: {web: {deployment: {minimum_healthy_percent: 100, maximum_percent: 100}}}",
    good="services: {web: {deployment: {minimum_healthy_percent: 50, maximum_percent: 100}}}",
    check_spec=check,
)
