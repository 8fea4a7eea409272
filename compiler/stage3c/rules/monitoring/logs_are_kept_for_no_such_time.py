"""Log retention is not supported by CloudWatch."""

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
                f"{path[-1]} is {days}; CloudWatch supports {', '.join(map(str, known[:8]))} and more days.",
                f"write {near} days.",
                path,
            )


RULE = Rule(
    id="MON101",
    title="Log retention is not supported by CloudWatch",
    what="`log_days`, or `flow_logs.days`, is not a retention that CloudWatch supports.",
    why="CloudWatch rejects every other number.",
    fix="Write a supported number of days, such as `log_days: 30`.",
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
    bad="monitoring: {log_days: 10}",
    good="monitoring: {log_days: 14}",
    check_spec=check,
)
