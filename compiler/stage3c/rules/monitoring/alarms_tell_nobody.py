"""Alarms tell nobody."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for production without an address."""
    watched = stack.monitoring.alarms is not None or stack.monitoring.budget_usd_per_month is not None
    if stack.purpose == "production" and watched and stack.monitoring.email is None:
        cause = "alarms go to a topic that nobody has subscribed to."
        yield Finding(cause, "add monitoring: {email: ops@example.com}.", ("monitoring",))


RULE = Rule(
    id="MON102",
    title="Alarms tell nobody",
    severity=Severity.WARNING,
    what="Production has alarms or a budget, and no e-mail address.",
    why="They would turn red in a console that nobody looks at.",
    fix="Add `email`.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    bad="monitoring: {email: null}",
    good="monitoring: {email: ops@example.com}",
    check_spec=check,
)
