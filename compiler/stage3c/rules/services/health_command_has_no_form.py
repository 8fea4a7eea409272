"""Health check command does not start with CMD."""

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
            yield Finding(
                f"services.{name}.health.live has both a probe and a command.", "remove `probe` or `command`.", path
            )
        elif live.command[:1] not in (["CMD"], ["CMD-SHELL"]) or not live.command[1:]:
            yield Finding(
                f"services.{name}.health.live.command does not start with CMD or CMD-SHELL.",
                f"write `command: [CMD, {', '.join(live.command)[:60] or '/app/health'}]`.",
                path,
            )


RULE = Rule(
    id="SVC115",
    title="Health check command does not start with CMD",
    what="`health.live.command` does not start with CMD or CMD-SHELL, or there is also a `probe`.",
    why="ECS rejects other forms, and only one of probe and command can run.",
    fix="Write `command: [CMD, /app/health]`.",
    source="botocore ecs HealthCheck.command",
    bad="services: {web: {health: {live: {probe: null, command: [/app/health]}}}}",
    good="services: {web: {health: {live: {probe: null, command: [CMD, /app/health]}}}}",
    check_spec=check,
)
