"""Logs cannot be kept for this many days."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look both periods up."""
    known = load("logs")["retention_days"]
    logs = stack.network.flow_logs
    given = [(stack.monitoring.log_days, ("monitoring", "log_days"))]
    given += [(logs.days, ("network", "flow_logs"))] if logs and logs.days is not None else []
    for days, path in given:
        if days not in known:
            near = min(known, key=lambda period: (abs(period - days), -period))
            yield Finding(
                f"CloudWatch keeps logs for {', '.join(map(str, known[:8]))} … days, not for {days}.",
                f"write {near}.",
                path,
            )


RULE = Rule(
    id="MON101",
    title="Logs cannot be kept for this many days",
    what="`log_days`, or `flow_logs.days`, is none of the periods that CloudWatch knows.",
    why="The API refuses every other number.",
    fix="Choose the nearest period.",
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    bad="monitoring: {log_days: 10}",
    good="monitoring: {log_days: 14}",
    check_spec=check,
)
