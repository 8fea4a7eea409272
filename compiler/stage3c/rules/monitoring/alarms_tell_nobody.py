"""Alarms notify no one."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for production without an address."""
    watched = stack.monitoring.alarms is not None or stack.monitoring.budget_usd_per_month is not None
    if stack.purpose == "production" and watched and stack.monitoring.email is None:
        cause = "monitoring.email is missing, so alarms notify no one."
        yield Finding(cause, "add `monitoring: {email: ops@example.com}` with your address.", ("monitoring",))


RULE = Rule(
    id="MON102",
    title="Alarms notify no one",
    severity=Severity.WARNING,
    what="Production has alarms or a budget, but no email address.",
    why="Alarms would only be visible in the AWS console.",
    fix="Add `monitoring: {email: ops@example.com}`.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    bad="monitoring: {email: null}",
    good="monitoring: {email: ops@example.com}",
    check_spec=check,
)
