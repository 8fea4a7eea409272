"""Health check timeout is not shorter than its interval."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare both times of both checks."""
    for name, service in stack.services.items():
        for kind, probe in (("live", service.health.live), ("ready", service.health.ready)):
            if probe and probe.timeout_seconds >= probe.interval_seconds:
                times = f"timeout_seconds {probe.timeout_seconds} and interval_seconds {probe.interval_seconds}"
                cause = f"services.{name}.health.{kind} has {times}; the timeout must be shorter."
                fix = f"write `timeout_seconds: {max(2, probe.interval_seconds - 1)}`."
                yield Finding(cause, fix, ("services", name, "health", kind))


RULE = Rule(
    id="HLT104",
    title="Health check timeout is not shorter than its interval",
    what="`timeout_seconds` of a health check is not less than `interval_seconds`.",
    why="Elastic Load Balancing rejects it at apply; the provider does not check it.",
    fix="Write a shorter timeout, such as `timeout_seconds: 5`.",
    source="https://github.com/hashicorp/terraform-provider-aws/issues/48070",
    bad="services: {web: {health: {ready: {path: /ready, interval_seconds: 10, timeout_seconds: 10}}}}",
    good="services: {web: {health: {ready: {path: /ready, interval_seconds: 10, timeout_seconds: 9}}}}",
    check_spec=check,
)
