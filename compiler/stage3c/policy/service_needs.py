"""What AWS services must be allowed to work for a stack: to assume its roles, to use the keys of its log groups and topics."""

from collections.abc import Iterable, Iterator
from typing import Final

from stage3c.graph import Graph, Resource
from stage3c.policy.need import Need
from stage3c.policy.resource_policies import key_of, managed_alias
from stage3c.views.arns import home_region, written

TRUSTED: Final = {
    "execution": "ecs-tasks.amazonaws.com",
    "task": "ecs-tasks.amazonaws.com",
    "application": "ecs-tasks.amazonaws.com",
    "flow logs": "vpc-flow-logs.amazonaws.com",
}
"""Who assumes the role of a need, by its kind."""
OF_LOGS: Final = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
OF_TOPICS: Final = ("kms:Decrypt", "kms:GenerateDataKey")
_PUBLISHERS: Final = {
    "aws_cloudwatch_metric_alarm": "cloudwatch.amazonaws.com",
    "aws_cloudwatch_composite_alarm": "cloudwatch.amazonaws.com",
    "aws_budgets_budget": "budgets.amazonaws.com",
    "aws_cloudwatch_event_target": "events.amazonaws.com",
    "aws_db_event_subscription": "events.rds.amazonaws.com",
}
"""What publishes to a topic, and as whom."""


def to_assume(graph: Graph, needs: Iterable[Need]) -> Iterator[Need]:
    """A role that has permissions is of use only to whom it trusts."""
    for need in needs:
        if need.role is not None and need.kind in TRUSTED:
            service = TRUSTED[need.kind]
            name = written(graph, need.role) or "a role that is not known"
            yield Need(
                "trust", need.role, "sts:AssumeRole", name, f"is run by {service}", need.origin, f"Service:{service}"
            )


def of_services_on_keys(graph: Graph) -> Iterator[Need]:
    """CloudWatch Logs and whoever publishes to a topic use its key by themselves: the key's policy must admit them.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html and
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html (2026-11-28)
    """
    for group in graph.of_type("aws_cloudwatch_log_group"):
        service = f"logs.{home_region(graph, group)}.amazonaws.com"
        yield from _on_key(graph, group, "kms_key_id", service, OF_LOGS, "encrypts its events")
    for topic in graph.of_type("aws_sns_topic"):
        publishers = dict.fromkeys(_PUBLISHERS[user.type] for user in graph.users(topic) if user.type in _PUBLISHERS)
        for service in publishers:
            why = f"takes messages of {service}"
            yield from _on_key(graph, topic, "kms_master_key_id", service, OF_TOPICS, why)


def _on_key(
    graph: Graph, resource: Resource, argument: str, service: str, actions: Iterable[str], why: str
) -> Iterator[Need]:
    value = resource.attributes.get(argument)
    if value in (None, ""):
        return
    key, arn = key_of(graph, value, home_region(graph, resource))
    # The policy of a key that AWS manages admits its own service alone, and nobody can change it.
    arn = managed_alias(graph, value) or arn
    for action in actions:
        yield Need("key", None, action, arn, why, resource, f"Service:{service}", key)
