"""Readiness gives up during a database failover."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.resources.health import (
    FAILOVER_MAX_SECONDS,
    RECOVERY_MAX_SECONDS,
    patient_threshold,
    tolerated_seconds,
    unhealthy_threshold,
)
from stage3c.rules.rule import Rule

_NEEDED_SECONDS = FAILOVER_MAX_SECONDS + RECOVERY_MAX_SECONDS
_INTERVAL_SECONDS = 15


def check(stack: Stack) -> Iterator[Finding]:
    """Compare how long a task may fail its check with how long a failover takes."""
    for name, service in stack.services.items():
        ready = service.health.ready
        if ready is None or service.load_balancer is None or tolerated_seconds(ready) >= _NEEDED_SECONDS:
            continue
        touched = [each for each in ready.touches if each in stack.databases and stack.databases[each].multi_az]
        if touched:
            cause = (
                f"services.{name} may fail {unhealthy_threshold(ready)} checks, one every {ready.interval_seconds} s, so ECS "
                f"starts to replace its tasks after {tolerated_seconds(ready)} s; a failover of {touched[0]} takes up to "
                f"{FAILOVER_MAX_SECONDS} s."
            )
            yield Finding(cause, _fix(ready.interval_seconds), ("services", name, "health", "ready"))


def _fix(interval_seconds: int) -> str:
    threshold = patient_threshold(interval_seconds)
    if (threshold - 1) * interval_seconds >= _NEEDED_SECONDS:
        return f"write unhealthy_threshold: {threshold}."
    return (
        f"write interval_seconds: {_INTERVAL_SECONDS} and unhealthy_threshold: {patient_threshold(_INTERVAL_SECONDS)}."
    )


RULE = Rule(
    id="HLT120",
    scope="spec",
    title="Readiness gives up during a database failover",
    severity=Severity.WARNING,
    what="The readiness check touches a Multi-AZ database, and its threshold is reached before a failover is over.",
    why=(
        "ECS also replaces tasks that fail the load balancer's health check. During a failover no task is ready and no "
        "new one would be, so all of them would be replaced for nothing, and come back later than the database. The load "
        "balancer gains nothing either: when all targets are unhealthy, it sends requests to all of them."
    ),
    fix="Make (`unhealthy_threshold` - 1) times `interval_seconds` at least 130, or leave out `unhealthy_threshold`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html",
    bad="services: {api: {health: {ready: {path: /ready, touches: [orders], unhealthy_threshold: 9}}}}",
    good="services: {api: {health: {ready: {path: /ready, touches: [orders], unhealthy_threshold: 10}}}}",
    check_spec=check,
)
