"""Alarms on services, load balancers and databases; all to one topic."""

from collections.abc import Iterator

from stage3c.graph import Json, Origin, Ref, Resource, Value
from stage3c.language.model.observation import Alarms
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import ACCOUNT, named

TOPIC = Ref("aws_sns_topic.alarms", "arn")
_GIB = 1024**3


def alarms(stack: Stack) -> Iterator[Resource]:
    """The topic, who is told, and every alarm."""
    thresholds = stack.monitoring.alarms
    if thresholds is not None or stack.monitoring.budget_usd_per_month is not None:
        yield from _topic(stack)
    if thresholds is None:
        return
    for name in stack.services:
        yield from _of_service(stack, name, thresholds)
    for name in stack.load_balancers:
        yield _of_load_balancer(stack, name, thresholds)
    for name, database in stack.databases.items():
        replicas = [f"{name}_replica_{number}" for number in range(1, database.replicas.count + 1)]
        for instance in (name, *replicas):
            yield from _of_database(stack, name, instance, thresholds)


def _topic(stack: Stack) -> Iterator[Resource]:
    """AWS's own key for SNS would keep CloudWatch out, so the topic has none; alarms hold nothing secret.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html (2026-11-23)
    """
    origin = Origin(("monitoring",))
    yield Resource("aws_sns_topic", "alarms", {"name": named(stack, "aws_sns_topic.name", "alarms")}, origin)
    statement: dict[str, Value] = {
        "Sid": "AlarmsAndBudgets",
        "Effect": "Allow",
        "Principal": {"Service": ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]},
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    # https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
    plain: dict[str, Value] = {
        "Sid": "NothingWithoutTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": TOPIC,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy: dict[str, Value] = {
        "arn": TOPIC,
        "policy": Json({"Version": "2012-10-17", "Statement": [statement, plain]}),
    }
    yield Resource("aws_sns_topic_policy", "alarms", policy, origin)
    if stack.monitoring.email:
        subscription: dict[str, Value] = {"topic_arn": TOPIC, "protocol": "email", "endpoint": stack.monitoring.email}
        yield Resource("aws_sns_topic_subscription", "alarms_email", subscription, Origin(("monitoring", "email")))


def _of_service(stack: Stack, name: str, thresholds: Alarms) -> Iterator[Resource]:
    service = stack.services[name]
    dimensions: dict[str, Value] = {
        "ClusterName": Ref("aws_ecs_cluster.main", "name"),
        "ServiceName": Ref(f"aws_ecs_service.{name}", "name"),
    }
    origin, called = Origin(("services", name)), service.formerly or name
    for key, metric, threshold in (
        ("cpu", "CPUUtilization", thresholds.service_cpu_percent),
        ("memory", "MemoryUtilization", thresholds.service_memory_percent),
    ):
        settings = _settings("AWS/ECS", metric, dimensions, "Average", threshold)
        yield _alarm(stack, ("service", name, key), called, origin, settings)
    if service.load_balancer:
        group: dict[str, Value] = {
            "LoadBalancer": Ref(f"aws_lb.{service.load_balancer.name}", "arn_suffix"),
            "TargetGroup": Ref(f"aws_lb_target_group.{name}", "arn_suffix"),
        }
        errors = _settings(
            "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", group, "Sum", thresholds.target_5xx_per_minute
        )
        yield _alarm(stack, ("service", name, "5xx"), called, origin, errors)
        unhealthy = _settings("AWS/ApplicationELB", "UnHealthyHostCount", group, "Maximum", 1)
        yield _alarm(stack, ("service", name, "unhealthy"), called, origin, unhealthy)


def _of_load_balancer(stack: Stack, name: str, thresholds: Alarms) -> Resource:
    dimensions: dict[str, Value] = {"LoadBalancer": Ref(f"aws_lb.{name}", "arn_suffix")}
    settings = _settings(
        "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", dimensions, "Sum", thresholds.target_5xx_per_minute
    )
    called = stack.load_balancers[name].formerly or name
    return _alarm(stack, ("load-balancer", name, "5xx"), called, Origin(("load_balancers", name)), settings)


def _of_database(stack: Stack, name: str, instance: str, thresholds: Alarms) -> Iterator[Resource]:
    dimensions: dict[str, Value] = {"DBInstanceIdentifier": Ref(f"aws_db_instance.{instance}", "identifier")}
    database = stack.databases[name]
    called = (database.formerly or name) + instance.removeprefix(name)
    free = database.storage_gib.initial * _GIB * thresholds.database_free_storage_percent // 100
    for key, metric, threshold, comparison in (
        ("cpu", "CPUUtilization", thresholds.database_cpu_percent, "GreaterThanOrEqualToThreshold"),
        ("storage", "FreeStorageSpace", free, "LessThanOrEqualToThreshold"),
        ("connections", "DatabaseConnections", thresholds.database_connections, "GreaterThanOrEqualToThreshold"),
    ):
        settings = _settings("AWS/RDS", metric, dimensions, "Average", threshold)
        settings["comparison_operator"] = comparison
        yield _alarm(stack, ("database", instance, key), called, Origin(("databases", name)), settings)


def _settings(
    namespace: str, metric: str, dimensions: dict[str, Value], statistic: str, threshold: int
) -> dict[str, Value]:
    return {
        "namespace": namespace,
        "metric_name": metric,
        "dimensions": dimensions,
        "statistic": statistic,
        "threshold": threshold,
        "comparison_operator": "GreaterThanOrEqualToThreshold",
    }


def _alarm(
    stack: Stack, keys: tuple[str, str, str], called: str, origin: Origin, settings: dict[str, Value]
) -> Resource:
    """Three bad minutes in a row raise it; minutes without data are nobody's fault. AWS names are made from `called`."""
    kind, _, metric = keys
    parts = [part.replace("_", "-") for part in (kind, called, metric)]
    attributes: dict[str, Value] = {
        "alarm_name": named(stack, "aws_cloudwatch_metric_alarm.alarm_name", *parts),
        "alarm_description": f"{' '.join(parts)} of {stack.name}",
        "period": 60,
        "evaluation_periods": 3,
        "treat_missing_data": "notBreaching",
        "alarm_actions": [TOPIC],
        "ok_actions": [TOPIC],
        **settings,
    }
    return Resource("aws_cloudwatch_metric_alarm", "_".join(keys), attributes, origin)
