"""What CloudWatch, CloudWatch Logs, SNS and Budgets have."""

from typing import Any

from tests.live.safety.account import NUMBER, World
from tests.live.safety.listing.network import Listed


def everything(world: World) -> Listed:
    """Log groups with their events, alarms, dashboards, topics with their subscriptions, budgets, events, state machines."""
    yield from _logs(world.client("logs"))
    cloudwatch = world.client("cloudwatch")
    for alarm in cloudwatch.describe_alarms()["MetricAlarms"]:
        tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        content = (alarm["MetricName"], alarm["Dimensions"], alarm.get("AlarmActions"))
        yield "aws_cloudwatch_metric_alarm", alarm["AlarmName"], (content, tags)
    for each in cloudwatch.list_dashboards()["DashboardEntries"]:
        name = each["DashboardName"]
        yield "aws_cloudwatch_dashboard", name, cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"]
    yield from _topics(world.client("sns"))
    yield from _budgets(world.client("budgets"))
    yield from _events(world.client("events"))
    yield from _machines(world.client("stepfunctions"))


def _machines(steps: Any) -> Listed:
    for each in steps.list_state_machines()["stateMachines"]:
        arn = each["stateMachineArn"]
        told = steps.describe_state_machine(stateMachineArn=arn)
        content = (told["definition"], told["roleArn"])
        yield "aws_sfn_state_machine", arn, (content, steps.list_tags_for_resource(resourceArn=arn)["tags"])


def _events(events: Any) -> Listed:
    for rule in events.list_rules()["Rules"]:
        tags = events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]
        yield "aws_cloudwatch_event_rule", rule["Name"], (rule.get("EventPattern"), tags)
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            yield "aws_cloudwatch_event_target", f"{rule['Name']}/{target['Id']}", target


def _logs(logs: Any) -> Listed:
    for group in logs.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        tags = logs.list_tags_log_group(logGroupName=name)["tags"]
        events = [each["message"] for each in logs.filter_log_events(logGroupName=name)["events"]]
        yield "aws_cloudwatch_log_group", name, (group.get("retentionInDays"), events, tags)


def _topics(sns: Any) -> Listed:
    for each in sns.list_topics()["Topics"]:
        arn = each["TopicArn"]
        told = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
        yield "aws_sns_topic", arn, sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
        yield "aws_sns_topic_policy", arn, told["Policy"]
        for subscription in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
            content = (subscription["Protocol"], subscription["Endpoint"])
            yield "aws_sns_topic_subscription", subscription["SubscriptionArn"], content


def _budgets(budgets: Any) -> Listed:
    for each in budgets.describe_budgets(AccountId=NUMBER)["Budgets"]:
        name = each["BudgetName"]
        asked = {"AccountId": NUMBER, "BudgetName": name}
        told = budgets.describe_notifications_for_budget(**asked)["Notifications"]
        arn = f"arn:aws:budgets::{NUMBER}:budget/{name}"
        tags = budgets.list_tags_for_resource(ResourceARN=arn)["ResourceTags"]
        yield "aws_budgets_budget", f"{NUMBER}:{name}", (each.get("CostFilters"), each["BudgetLimit"], told, tags)
