"""Alarm and topic are in different regions."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Value, items
from stage3c.rules.rule import Rule, at
from stage3c.views.regions import region_of_resource

_ACTIONS: Final = ("alarm_actions", "ok_actions", "insufficient_data_actions")
_FIELD: Final = 3
"""Where an ARN has its region: arn:aws:sns:REGION:…."""


def check(graph: Graph) -> Iterator[Finding]:
    """Compare each alarm with the topics that it notifies."""
    for alarm in graph.of_type("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"):
        own = region_of_resource(graph, alarm)
        for action in (action for key in _ACTIONS for action in items(alarm.attributes.get(key))):
            other = _region(graph, action)
            if own and other and own != other:
                cause = f"is in {own}, but notifies a topic in {other}"
                yield at(alarm, cause, f"use a topic in {own}")
                break


def _region(graph: Graph, action: Value) -> str | None:
    topic = graph.target(action)
    if topic is not None:
        return region_of_resource(graph, topic) if topic.type == "aws_sns_topic" else None
    parts = action.split(":") if isinstance(action, str) and action.startswith("arn:") else []
    return parts[_FIELD] or None if len(parts) > _FIELD and parts[2] == "sns" else None


RULE = Rule(
    id="MON231",
    scope="terraform",
    title="Alarm and topic are in different regions",
    what="An alarm notifies an SNS topic in another region.",
    why="CloudWatch rejects the alarm at apply: an action must be in the region of the alarm.",
    fix="Create the topic in the region of the alarm.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (2026-11-28)",
    bad_terraform="""\
resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "shop-web-cpu"
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  dimensions          = { ClusterName = aws_ecs_cluster.main.name, ServiceName = aws_ecs_service.web.name }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 90
  period              = 60
  evaluation_periods  = 5
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:shop-alarms"]
}
""",
    check_graph=check,
)
