"""Logs, alarms, topics, the dashboard and the budget."""

from typing import Any

from tests.live.safety.account import NUMBER, World
from tests.live.safety.making.network import pairs


def _log_group(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    logs = world.client("logs")
    logs.create_log_group(logGroupName=given["name"], **({"tags": tags} if tags else {}))
    logs.put_retention_policy(logGroupName=given["name"], retentionInDays=given["retention_in_days"])
    arn = f"arn:aws:logs:us-east-1:{NUMBER}:log-group:{given['name']}"
    return {"id": given["name"], "arn": arn}


def _alarm(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    world.client("cloudwatch").put_metric_alarm(
        AlarmName=given["alarm_name"],
        AlarmDescription=given["alarm_description"],
        Namespace=given["namespace"],
        MetricName=given["metric_name"],
        Dimensions=[{"Name": name, "Value": value} for name, value in given["dimensions"].items()],
        Statistic=given["statistic"],
        Threshold=given["threshold"],
        ComparisonOperator=given["comparison_operator"],
        Period=given["period"],
        EvaluationPeriods=given["evaluation_periods"],
        TreatMissingData=given["treat_missing_data"],
        AlarmActions=given["alarm_actions"],
        OKActions=given["ok_actions"],
        **({"Tags": pairs(tags)} if tags else {}),
    )
    return {"id": given["alarm_name"], "arn": f"arn:aws:cloudwatch:us-east-1:{NUMBER}:alarm:{given['alarm_name']}"}


def _dashboard(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    name = given["dashboard_name"]
    world.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=given["dashboard_body"])
    return {"id": name, "dashboard_arn": f"arn:aws:cloudwatch::{NUMBER}:dashboard/{name}"}


def _topic(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    more = {"Tags": pairs(tags)} if tags else {}
    arn = world.client("sns").create_topic(Name=given["name"], **more)["TopicArn"]
    return {"id": arn, "arn": arn}


def _topic_policy(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    asked = {"TopicArn": given["arn"], "AttributeName": "Policy", "AttributeValue": given["policy"]}
    world.client("sns").set_topic_attributes(**asked)
    return {"id": given["arn"]}


def _subscription(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    asked = {"TopicArn": given["topic_arn"], "Protocol": given["protocol"], "Endpoint": given["endpoint"]}
    arn = world.client("sns").subscribe(**asked)["SubscriptionArn"]
    return {"id": arn, "arn": arn}


def _budget(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    world.client("budgets").create_budget(
        AccountId=NUMBER,
        Budget={
            "BudgetName": given["name"],
            "BudgetType": given["budget_type"],
            "TimeUnit": given["time_unit"],
            "BudgetLimit": {"Amount": given["limit_amount"], "Unit": given["limit_unit"]},
            "CostFilters": {each["name"]: each["values"] for each in given["cost_filter"]},
        },
        NotificationsWithSubscribers=[_notification(each) for each in given["notification"]],
        **({"ResourceTags": pairs(tags)} if tags else {}),
    )
    return {"id": f"{NUMBER}:{given['name']}", "arn": f"arn:aws:budgets::{NUMBER}:budget/{given['name']}"}


def _notification(given: dict[str, Any]) -> dict[str, Any]:
    told = {
        "NotificationType": given["notification_type"],
        "ComparisonOperator": given["comparison_operator"],
        "Threshold": given["threshold"],
        "ThresholdType": given["threshold_type"],
    }
    who = [{"SubscriptionType": "SNS", "Address": arn} for arn in given["subscriber_sns_topic_arns"]]
    return {"Notification": told, "Subscribers": who}


def _rule(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    asked = {"Name": given["name"], "Description": given["description"], "EventPattern": given["event_pattern"]}
    arn = world.client("events").put_rule(**asked, **({"Tags": pairs(tags)} if tags else {}))["RuleArn"]
    return {"id": given["name"], "arn": arn}


def _target(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    names = {"target_id": "Id", "arn": "Arn", "role_arn": "RoleArn", "input": "Input"}
    target = {names[name]: value for name, value in given.items() if name in names}
    world.client("events").put_targets(Rule=given["rule"], Targets=[target])
    return {"id": f"{given['rule']}-{given['target_id']}"}


def _machine(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    asked = {name: given[name] for name in ("name", "definition")} | {"roleArn": given["role_arn"]}
    told = [{"key": key, "value": value} for key, value in tags.items()]
    arn = world.client("stepfunctions").create_state_machine(**asked, **({"tags": told} if told else {}))
    return {"id": arn["stateMachineArn"], "arn": arn["stateMachineArn"]}


MAKERS = {
    "aws_budgets_budget": _budget,
    "aws_cloudwatch_event_rule": _rule,
    "aws_cloudwatch_event_target": _target,
    "aws_sfn_state_machine": _machine,
    "aws_cloudwatch_dashboard": _dashboard,
    "aws_cloudwatch_log_group": _log_group,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_sns_topic": _topic,
    "aws_sns_topic_policy": _topic_policy,
    "aws_sns_topic_subscription": _subscription,
}
