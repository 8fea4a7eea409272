"""Production service runs on Fargate Spot only."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for Spot without anything beside it."""
    if stack.purpose != "production":
        return
    for name, service in stack.services.items():
        if set(service.capacity) == {"fargate_spot"}:
            yield Finding(
                f"services.{name} runs on Fargate Spot only, so AWS can stop all its tasks at once.",
                "add `fargate: {base: 1}`.",
                ("services", name, "capacity"),
            )


RULE = Rule(
    id="SVC110",
    title="Production service runs on Fargate Spot only",
    severity=Severity.WARNING,
    what="A production service has Spot capacity but no on-demand capacity.",
    why="AWS can stop all Spot tasks with two minutes' notice.",
    fix="Add on-demand tasks: `fargate: {base: 1}`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
    bad="services: {web: {capacity: {fargate_spot: {weight: 1}}}}",
    good="services: {web: {capacity: {fargate: {base: 1}, fargate_spot: {weight: 1}}}}",
    check_spec=check,
)
