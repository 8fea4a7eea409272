"""ECS Exec requires a writable root file system."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the two together."""
    for name, service in stack.services.items():
        if service.exec and service.read_only_root:
            cause = f"services.{name} has exec, but its root file system is read-only."
            yield Finding(cause, "add `read_only_root: false`.", ("services", name, "exec"))


RULE = Rule(
    id="SVC112",
    title="ECS Exec requires a writable root file system",
    what="A service has `exec: true` and a read-only root file system.",
    why="The agent of ECS Exec writes to the root file system; without write access every session fails.",
    fix="Write `read_only_root: false`, or remove `exec`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    bad="services: {web: {exec: true}}",
    good="services: {web: {exec: true, read_only_root: false}}",
    check_spec=check,
)
