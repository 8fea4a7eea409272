"""Service calls itself."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for services among those that they call."""
    for name, service in stack.services.items():
        for variable, callee in service.calls.items():
            if callee == name:
                cause = f"services.{name}.calls.{clip(variable)} is the service itself."
                yield Finding(
                    cause,
                    f"remove `{clip(variable)}: {name}`, or write the key of another service.",
                    ("services", name, "calls", variable),
                )


RULE = Rule(
    id="LBA121",
    title="Service calls itself",
    severity=Severity.WARNING,
    what="A service lists itself in `calls`.",
    why="Each request can cause another request through the load balancer, until all tasks wait for each other.",
    fix="Call the function within the process, or write the key of another service.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html",
    bad="services: {web: {calls: {WEB_URL: web}}}",
    check_spec=check,
)
