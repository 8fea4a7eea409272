"""Logs, alarms, topics and the budget: all by name."""

from collections.abc import Iterator
from typing import Final

from stage3c.live.account import Json
from stage3c.live.finding import Finder, Known, Match, pages


def _alarm(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_alarms(AlarmNames=[known["alarm_name"]])["MetricAlarms"]:
        yield Match(each["AlarmName"], {"arn": each["AlarmArn"]})


def _dashboard(client: Json, known: Known) -> Iterator[Match]:
    yield Match(client.get_dashboard(DashboardName=known["dashboard_name"])["DashboardName"])


def _log_group(client: Json, known: Known) -> Iterator[Match]:
    for each in pages(client, "describe_log_groups", "logGroups", logGroupNamePrefix=known["name"]):
        if each["logGroupName"] == known["name"]:
            yield Match(each["logGroupName"], {"arn": each["arn"].removesuffix(":*")})


def _topic(client: Json, known: Known) -> Iterator[Match]:
    for each in pages(client, "list_topics", "Topics"):
        if each["TopicArn"].rpartition(":")[2] == known["name"]:
            yield Match(each["TopicArn"], {"arn": each["TopicArn"]})


def _topic_policy(client: Json, known: Known) -> Iterator[Match]:
    client.get_topic_attributes(TopicArn=known["arn"])
    yield Match(known["arn"], by="attachment")


def _subscription(client: Json, known: Known) -> Iterator[Match]:
    """One that nobody has confirmed yet has no ARN; Terraform asks for it again, and makes no second one."""
    wanted = (known["protocol"], known["endpoint"])
    for each in pages(client, "list_subscriptions_by_topic", "Subscriptions", TopicArn=known["topic_arn"]):
        arn = each["SubscriptionArn"]
        if (each["Protocol"], each["Endpoint"]) == wanted and arn.startswith("arn:"):
            yield Match(arn, {"arn": arn}, by="attachment")


def _budget(client: Json, known: Known) -> Iterator[Match]:
    account = known.account.client("sts").get_caller_identity()["Account"]
    found = client.describe_budget(AccountId=account, BudgetName=known["name"])["Budget"]
    yield Match(f"{account}:{found['BudgetName']}")


FINDERS: Final = {
    "aws_budgets_budget": Finder("budgets", _budget, ("NotFoundException",), "name"),
    "aws_cloudwatch_dashboard": Finder(
        "cloudwatch", _dashboard, ("ResourceNotFound", "DashboardNotFoundError", "ResourceNotFoundException")
    ),
    "aws_cloudwatch_log_group": Finder("logs", _log_group, (), "name"),
    "aws_cloudwatch_metric_alarm": Finder("cloudwatch", _alarm),
    "aws_sns_topic": Finder("sns", _topic, (), "name"),
    "aws_sns_topic_policy": Finder("sns", _topic_policy, ("NotFound", "NotFoundException")),
    "aws_sns_topic_subscription": Finder("sns", _subscription, ("NotFound", "NotFoundException")),
}
