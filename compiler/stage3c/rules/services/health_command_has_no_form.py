"""Health command has no form."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the first word of each command."""
    for name, service in stack.services.items():
        live = service.health.live
        if live is None or live.command is None:
            continue
        path = ("services", name, "health", "live", "command")
        if live.probe:
            yield Finding(f"{name} has both a probe and a command.", "remove one of them.", path)
        elif live.command[:1] not in (["CMD"], ["CMD-SHELL"]) or not live.command[1:]:
            yield Finding(
                f"the command of {name} does not begin with CMD or CMD-SHELL.",
                f"write command: [CMD, {', '.join(live.command)[:60] or '…'}].",
                path,
            )


RULE = Rule(
    id="SVC115",
    title="Health command has no form",
    what="`health.live.command` does not begin with CMD or CMD-SHELL, or is given beside a `probe`.",
    why="ECS refuses any other form, and of a probe and a command only one can be asked.",
    fix="Write `command: [CMD, /app/health]`.",
    source="botocore ecs HealthCheck.command",
    bad="services: {web: {health: {live: {probe: null, command: [/app/health]}}}}",
    good="services: {web: {health: {live: {probe: null, command: [CMD, /app/health]}}}}",
    check_spec=check,
)
