"""A service that calls itself."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for services among those that they call."""
    for name, service in stack.services.items():
        for variable, callee in service.calls.items():
            if callee == name:
                cause = f"{clip(variable)} gives {name} its own address."
                yield Finding(cause, "remove it, or name another service.", ("services", name, "calls", variable))


RULE = Rule(
    id="LBA121",
    title="Service calls itself",
    severity=Severity.WARNING,
    what="A service lists itself in `calls`.",
    why="Each request may cause another one through the load balancer, until all tasks wait for each other.",
    fix="Call the function inside of the process, or name the service that is meant.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html",
    bad="services: {web: {calls: {WEB_URL: web}}}",
    check_spec=check,
)
