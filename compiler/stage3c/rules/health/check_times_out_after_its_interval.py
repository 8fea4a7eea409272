"""Health check times out after its interval."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare both times of both checks."""
    for name, service in stack.services.items():
        for kind, probe in (("live", service.health.live), ("ready", service.health.ready)):
            if probe and probe.timeout_seconds >= probe.interval_seconds:
                times = f"waits {probe.timeout_seconds} s and asks every {probe.interval_seconds} s"
                cause = f"the {kind} check of {name} {times}."
                fix = f"write timeout_seconds: {max(2, probe.interval_seconds - 1)}."
                yield Finding(cause, fix, ("services", name, "health", kind))


RULE = Rule(
    id="HLT104",
    title="Health check times out after its interval",
    what="The `timeout_seconds` of a health check is not smaller than its `interval_seconds`.",
    why="Elastic Load Balancing refuses that at apply; the provider does not look.",
    fix="Make the timeout smaller than the interval.",
    source="https://github.com/hashicorp/terraform-provider-aws/issues/48070",
    bad="services: {web: {health: {ready: {path: /ready, interval_seconds: 10, timeout_seconds: 10}}}}",
    good="services: {web: {health: {ready: {path: /ready, interval_seconds: 10, timeout_seconds: 9}}}}",
    check_spec=check,
)
