"""Alarm threshold of 0 is always or never crossed."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, number
from stage3c.rules.monitoring.metric_facts import known_metrics
from stage3c.rules.rule import Rule, at

_EFFECTS: Final = {
    "GreaterThanOrEqualToThreshold": "is always in ALARM",
    "LessThanThreshold": "never fires",
}


def check(graph: Graph) -> Iterator[Finding]:
    """Look at alarms on one metric of `facts/metrics.json`: none of these is ever negative."""
    for alarm in graph.of_type("aws_cloudwatch_metric_alarm"):
        operator, metric = alarm.attributes.get("comparison_operator"), alarm.attributes.get("metric_name")
        effect = _EFFECTS.get(operator) if isinstance(operator, str) else None
        known = isinstance(metric, str) and metric in known_metrics(alarm.attributes.get("namespace"))
        if effect and known and number(alarm.attributes.get("threshold")) == 0:
            yield at(alarm, f"has threshold 0 with {operator}, so it {effect}", "set threshold = 1 or more")


RULE = Rule(
    id="MON262",
    scope="terraform",
    title="Alarm threshold of 0 is always or never crossed",
    what="An alarm compares a metric that is never negative with 0 so that the result is always the same.",
    why="It notifies without a reason, or never.",
    fix="Set a threshold above 0.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (2026-11-28)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "shop-web-cpu"
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  dimensions          = { ClusterName = aws_ecs_cluster.main.name, ServiceName = aws_ecs_service.web.name }
  statistic           = "Average"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 0
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = [aws_sns_topic.alarms.arn]
}
""",
    check_graph=check,
)
