"""Container health check never runs."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for checks that nobody can ask."""
    for name, service in stack.services.items():
        live = service.health.live
        if live and live.probe is None and live.command is None:
            cause = f"services.{name}.health.live has neither a probe nor a command, so it never runs."
            yield Finding(
                cause, f"write `live: {{path: {live.path[:60]}, probe: python}}`.", ("services", name, "health", "live")
            )


RULE = Rule(
    id="HLT106",
    title="Container health check never runs",
    severity=Severity.WARNING,
    what="A live check has neither a `probe` nor a `command`.",
    why="ECS runs the check inside the container and needs a program there to send the request.",
    fix="Write the program of the image, such as `live: {path: /health, probe: python}`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html",
    bad="services: {web: {health: {live: {probe: null}}}}",
    check_spec=check,
)
