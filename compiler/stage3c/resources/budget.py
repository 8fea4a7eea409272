"""A monthly budget for what carries this stack's tags."""

from collections.abc import Iterator

from stage3c.graph import Origin, Resource, Text, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.alarms import TOPIC
from stage3c.resources.naming import named


def budget(stack: Stack) -> Iterator[Resource]:
    """The budget, where the spec sets one: 80 % spent, or 100 % foreseen, is told to the alarms' topic."""
    limit = stack.monitoring.budget_usd_per_month
    if limit is None:
        return
    attributes: dict[str, Value] = {
        "name": named(stack, "aws_budgets_budget.name"),
        "budget_type": "COST",
        "limit_amount": f"{limit}.0",
        "limit_unit": "USD",
        "time_unit": "MONTHLY",
        # A tag filter is `user:Key$Value`, https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create-filters.html
        # (2026-11-23); the tag must be activated for cost allocation once, in the billing console.
        "cost_filter": [{"name": "TagKeyValue", "values": [Text(f"user:Stack${stack.name}")]}],
        "notification": [_notification(80, "ACTUAL"), _notification(100, "FORECASTED")],
    }
    origin = Origin(("monitoring", "budget_usd_per_month"))
    yield Resource("aws_budgets_budget", "main", attributes, origin, depends_on=("aws_sns_topic_policy.alarms",))


def _notification(percent: int, kind: str) -> dict[str, Value]:
    return {
        "comparison_operator": "GREATER_THAN",
        "threshold": percent,
        "threshold_type": "PERCENTAGE",
        "notification_type": kind,
        "subscriber_sns_topic_arns": [TOPIC],
    }
