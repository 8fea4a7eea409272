"""Readiness check never runs."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for checks of services that nothing sends requests to."""
    for name, service in stack.services.items():
        if service.health.ready and service.load_balancer is None:
            yield Finding(
                f"services.{name} has health.ready but no load balancer, so the check never runs.",
                "remove `ready`.",
                ("services", name, "health", "ready"),
            )


RULE = Rule(
    id="HLT107",
    title="Readiness check never runs",
    severity=Severity.WARNING,
    what="A service without a load balancer has a readiness check.",
    why="Only a load balancer runs it.",
    fix="Remove `ready`, or put the service behind a load balancer.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    bad="""services: {jobs: {image: "jobs:1", cpu: 256, memory_mib: 512, subnets: private, health: {ready: /ready}}}""",
    check_spec=check,
)
