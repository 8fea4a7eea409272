"""Budgets: subscribers and tags, which moto takes and has no question for."""

import json
from typing import Any

from moto.budgets.models import Budget
from moto.budgets.responses import BudgetsResponse


def extend() -> None:
    """Answer DescribeSubscribersForNotification and ListTagsForResource."""
    create = BudgetsResponse.create_budget

    def create_with_tags(response: Any) -> str:
        answer = create(response)
        _budget(response, response._get_param("Budget")["BudgetName"]).tags = response._get_param("ResourceTags") or []
        return answer

    BudgetsResponse.create_budget = create_with_tags  # type: ignore[method-assign,assignment] # an extension
    BudgetsResponse.describe_subscribers_for_notification = _subscribers  # type: ignore[attr-defined] # likewise
    BudgetsResponse.list_tags_for_resource = _tags  # type: ignore[attr-defined] # likewise


def _budget(response: Any, name: str) -> Any:
    budgets: dict[str, Budget] = response.backend.budgets[response.current_account]
    return budgets[name]


def _subscribers(response: Any) -> str:
    asked = response._get_param("Notification")
    budget = _budget(response, response._get_param("BudgetName"))
    found = (each.subscribers for each in budget.notifications if asked.items() <= each.details.items())
    return json.dumps({"Subscribers": next(found, [])})


def _tags(response: Any) -> str:
    name = response._get_param("ResourceARN").rpartition("/")[2]
    return json.dumps({"ResourceTags": getattr(_budget(response, name), "tags", [])})
