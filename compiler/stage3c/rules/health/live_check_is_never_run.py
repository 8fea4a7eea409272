"""Live check is never run."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for checks that nobody can ask."""
    for name, service in stack.services.items():
        live = service.health.live
        if live and live.probe is None and live.command is None:
            cause = f'nothing in the container of {name} asks "{live.path[:60]}".'
            yield Finding(
                cause, f"write live: {{path: {live.path[:60]}, probe: python}}.", ("services", name, "health", "live")
            )


RULE = Rule(
    id="HLT106",
    title="Live check is never run",
    severity=Severity.WARNING,
    what="A live check has neither a `probe` nor a `command`.",
    why=("ECS asks inside the container, and needs a program there that can ask; without one the path is only words."),
    fix="Name the program in `probe`, or give a `command`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html",
    bad="services: {web: {health: {live: {probe: null}}}}",
    check_spec=check,
)
