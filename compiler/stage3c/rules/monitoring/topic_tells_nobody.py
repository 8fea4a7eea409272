"""A topic without subscribers."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, document, items
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at

_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(\.[^@\s.]{1,63})+")
_PROTOCOLS = ("email", "email-json", "sms", "sqs", "http", "https", "lambda", "application", "firehose")
_ONLY_TELL = ("aws_cloudwatch_metric_alarm", "aws_sns_topic_policy", "aws_budgets_budget")


def check(graph: Graph) -> Iterator[Finding]:
    """Look for whoever is at the other end; a topic without alarms is somebody else's business."""
    for topic in graph.of_type("aws_sns_topic"):
        users = graph.users(topic)
        alarms = [user for user in users if user.type == "aws_cloudwatch_metric_alarm"]
        told = [user for user in users if user.type not in _ONLY_TELL]
        if alarms and not told:
            yield at(topic, "is told by alarms and tells nobody", "add an aws_sns_topic_subscription")
        budgets = [user for user in users if user.type == "aws_budgets_budget"]
        if budgets and not graph.users(topic, "aws_sns_topic_policy"):
            yield at(
                topic,
                f"is told by {budgets[0].address}, and has no policy that admits budgets",
                "add an aws_sns_topic_policy",
            )
    for subscription in graph.of_type("aws_sns_topic_subscription"):
        for fault in _faults(subscription):
            yield at(subscription, fault, "mend it")
    for budget in graph.of_type("aws_budgets_budget"):
        for notification in blocks(budget.attributes.get("notification")):
            keys = ("subscriber_email_addresses", "subscriber_sns_topic_arns")
            if not any(items(notification.get(key)) for key in keys):
                yield at(budget, "notifies nobody", "name subscribers")
        if budget.attributes.get("notification") is None:
            yield at(budget, "has no notification", "add one with subscribers")
    yield from _dashboards(graph)


def _faults(subscription: Resource) -> Iterator[str]:
    protocol, endpoint = subscription.attributes.get("protocol"), subscription.attributes.get("endpoint")
    if isinstance(protocol, str) and protocol not in _PROTOCOLS:
        yield f'speaks "{protocol[:40]}", which SNS does not'
    if protocol in ("email", "email-json") and isinstance(endpoint, str) and not _MAIL.fullmatch(endpoint):
        yield "writes to what is no address"


def _dashboards(graph: Graph) -> Iterator[Finding]:
    """A curve that is drawn twice was meant to be another's."""
    for board in graph.of_type("aws_cloudwatch_dashboard"):
        body = document(board.attributes.get("dashboard_body"))
        rows: set[str] = set()
        for widget in blocks(body.get("widgets")) if isinstance(body, dict) else ():
            for properties in blocks(widget.get("properties")):
                for row in items(properties.get("metrics")):
                    if repr(row) in rows:
                        yield at(board, "draws one metric twice", "draw each of them once")
                    rows.add(repr(row))


RULE = Rule(
    id="MON203",
    scope="terraform",
    title="Topic or budget tells nobody",
    what="Alarms publish to a topic without subscriptions, or a budget notifies nobody.",
    why="The alarm goes off in an empty room.",
    fix="Add an aws_sns_topic_subscription, or subscribers to the notification.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_sns_topic" "alarms" {
  name = "alarms"
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "cpu"
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  period              = 60
  evaluation_periods  = 3
  alarm_actions       = [aws_sns_topic.alarms.arn]
  dimensions = {
    ServiceName = "web"
    ClusterName = "main"
  }
}
""",
    good_terraform="""\
resource "aws_sns_topic" "alarms" {
  name = "alarms"
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = "team@example.com"
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "cpu"
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  period              = 60
  evaluation_periods  = 3
  alarm_actions       = [aws_sns_topic.alarms.arn]
  dimensions = {
    ServiceName = "web"
    ClusterName = "main"
  }
}
""",
    check_graph=check,
)
