"""Production runs on Spot alone."""

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
                f"all tasks of {name} may be taken back at once.",
                "add fargate: {base: 1}.",
                ("services", name, "capacity"),
            )


RULE = Rule(
    id="SVC110",
    title="Production runs on Spot alone",
    severity=Severity.WARNING,
    what="A production service has Spot capacity and no on-demand share.",
    why="AWS takes Spot tasks back with two minutes' notice, all of them at once if it must.",
    fix="Add a base of on-demand tasks.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html",
    bad="services: {web: {capacity: {fargate_spot: {weight: 1}}}}",
    good="services: {web: {capacity: {fargate: {base: 1}, fargate_spot: {weight: 1}}}}",
    check_spec=check,
)
