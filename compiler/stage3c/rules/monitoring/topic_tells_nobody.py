"""SNS topic or budget notifies no one."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, document, items
from stage3c.rules.rule import Rule, at

_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(\.[^@\s.]{1,63})+")
_PROTOCOLS = ("email", "email-json", "sms", "sqs", "http", "https", "lambda", "application", "firehose")
_ONLY_TELL = ("aws_cloudwatch_metric_alarm", "aws_sns_topic_policy", "aws_budgets_budget")


def check(graph: Graph) -> Iterator[Finding]:
    """Look for whoever is at the other end; a topic without alarms is somebody else's business."""
    for topic in graph.of_type("aws_sns_topic"):
        users = graph.users(topic)
        alarms = [user for user in users if user.type == "aws_cloudwatch_metric_alarm"]
        told = [user for user in users if user.type not in _ONLY_TELL]
        for deaf in told if alarms and all(map(_is_filtered, told)) else ():
            cause = "filters by message attributes, which the notifications of alarms do not have"
            yield at(deaf, cause, "remove filter_policy")
        if alarms and not told:
            yield at(
                topic,
                "receives alarms but has no subscription",
                'add an aws_sns_topic_subscription with protocol = "email" and endpoint = "ops@example.com"',
            )
        budgets = [user for user in users if user.type == "aws_budgets_budget"]
        if budgets and not graph.users(topic, "aws_sns_topic_policy"):
            yield at(
                topic,
                f"is used by {budgets[0].address}, but has no policy that allows budgets.amazonaws.com",
                'add an aws_sns_topic_policy that allows sns:Publish for "budgets.amazonaws.com"',
            )
    for subscription in graph.of_type("aws_sns_topic_subscription"):
        for fault in _faults(subscription):
            yield at(subscription, *fault)
    yield from _of_budgets(graph)
    yield from _dashboards(graph)


def _is_filtered(subscription: Resource) -> bool:
    scope = subscription.attributes.get("filter_policy_scope", "MessageAttributes")
    return bool(subscription.attributes.get("filter_policy")) and scope == "MessageAttributes"


def _of_budgets(graph: Graph) -> Iterator[Finding]:
    for budget in graph.of_type("aws_budgets_budget"):
        for notification in blocks(budget.attributes.get("notification")):
            keys = ("subscriber_email_addresses", "subscriber_sns_topic_arns")
            if not any(items(notification.get(key)) for key in keys):
                yield at(
                    budget,
                    "has a notification without subscribers",
                    'set subscriber_email_addresses = ["ops@example.com"]',
                )
        if budget.attributes.get("notification") is None:
            yield at(
                budget,
                "has no notification",
                'add a notification block with subscriber_email_addresses = ["ops@example.com"]',
            )


def _faults(subscription: Resource) -> Iterator[tuple[str, str]]:
    protocol, endpoint = subscription.attributes.get("protocol"), subscription.attributes.get("endpoint")
    if isinstance(protocol, str) and protocol not in _PROTOCOLS:
        yield f'has protocol "{protocol[:40]}", which SNS does not support', 'set protocol = "email"'
    if protocol in ("email", "email-json") and isinstance(endpoint, str) and not _MAIL.fullmatch(endpoint):
        yield "has an endpoint that is not an email address", 'set endpoint = "ops@example.com"'


def _dashboards(graph: Graph) -> Iterator[Finding]:
    """A curve that is drawn twice was meant to be another's."""
    for board in graph.of_type("aws_cloudwatch_dashboard"):
        body = document(board.attributes.get("dashboard_body"))
        rows: set[str] = set()
        for widget in blocks(body.get("widgets")) if isinstance(body, dict) else ():
            for properties in blocks(widget.get("properties")):
                for row in items(properties.get("metrics")):
                    if repr(row) in rows:
                        yield at(board, "shows the same metric twice in one dashboard", "change or remove the second")
                    rows.add(repr(row))


RULE = Rule(
    id="MON203",
    scope="terraform",
    title="SNS topic or budget notifies no one",
    what="Alarms publish to a topic without subscriptions, or a budget has no subscribers.",
    why="Alarms fire, but no one is notified.",
    fix="Add an aws_sns_topic_subscription, or `subscriber_email_addresses` to the budget.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="# without aws_sns_topic_subscription.alarms\n",
    check_graph=check,
)
