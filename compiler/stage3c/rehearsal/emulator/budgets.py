"""Budgets: subscribers and tags, which moto takes and has no question for."""

import json
from typing import Any

from moto.budgets.models import Budget
from moto.budgets.responses import BudgetsResponse


def extend() -> None:
    """Answer DescribeSubscribersForNotification and UpdateBudget, and let tags be listed and changed."""
    create = BudgetsResponse.create_budget

    def create_with_tags(response: Any) -> str:
        answer = create(response)
        _budget(response, response._get_param("Budget")["BudgetName"]).tags = response._get_param("ResourceTags") or []
        return answer

    BudgetsResponse.create_budget = create_with_tags  # type: ignore[method-assign,assignment] # an extension
    BudgetsResponse.describe_subscribers_for_notification = _subscribers  # type: ignore[attr-defined] # likewise
    BudgetsResponse.update_budget = _update  # type: ignore[attr-defined] # likewise
    BudgetsResponse.list_tags_for_resource = _tags  # type: ignore[attr-defined] # likewise
    BudgetsResponse.tag_resource = _tag  # type: ignore[attr-defined] # likewise
    BudgetsResponse.untag_resource = _untag  # type: ignore[attr-defined] # likewise


def _budget(response: Any, name: str) -> Any:
    budgets: dict[str, Budget] = response.backend.budgets[response.current_account]
    return budgets[name]


def _update(response: Any) -> str:
    told = response._get_param("NewBudget")
    _budget(response, told["BudgetName"]).budget.update(told)
    return "{}"


def _subscribers(response: Any) -> str:
    asked = response._get_param("Notification")
    budget = _budget(response, response._get_param("BudgetName"))
    found = (each.subscribers for each in budget.notifications if asked.items() <= each.details.items())
    return json.dumps({"Subscribers": next(found, [])})


def _tags(response: Any) -> str:
    return json.dumps({"ResourceTags": getattr(_named(response), "tags", [])})


def _tag(response: Any) -> str:
    given = response._get_param("ResourceTags")
    return _keep(response, {each["Key"] for each in given}, given)


def _untag(response: Any) -> str:
    return _keep(response, set(response._get_param("ResourceTagKeys")), [])


def _keep(response: Any, without: set[str], given: list[dict[str, str]]) -> str:
    budget = _named(response)
    budget.tags = [each for each in getattr(budget, "tags", []) if each["Key"] not in without] + given
    return "{}"


def _named(response: Any) -> Any:
    return _budget(response, response._get_param("ResourceARN").rpartition("/")[2])
