from typing import Any

from stage3c.graph import Ref, Text

from tests.resources.stacks import attributes, compiled

BUDGET = "aws_budgets_budget.main"
LIMITED = "monitoring: {budget_usd_per_month: 400}"


def test_there_is_no_budget_unless_the_spec_sets_one() -> None:
    assert not compiled().of_type("aws_budgets_budget")


def test_a_budget_is_monthly_and_written_as_aws_gives_it_back() -> None:
    budget = attributes(compiled(LIMITED), BUDGET)
    assert (budget["limit_amount"], budget["limit_unit"]) == ("400.0", "USD")
    assert (budget["budget_type"], budget["time_unit"]) == ("COST", "MONTHLY")


def test_a_budget_counts_what_carries_the_tag_of_the_stack() -> None:
    graph = compiled(LIMITED)
    assert attributes(graph, BUDGET)["cost_filter"] == [
        {"name": "TagKeyValue", "values": [Text("user:Stack$shop-prod")]}
    ]
    tags: Any = graph.providers[0]["default_tags"]
    assert tags[0]["tags"]["Stack"] == "shop-prod"


def test_it_tells_of_most_of_it_spent_and_of_all_of_it_foreseen() -> None:
    found: Any = attributes(compiled(LIMITED), BUDGET)["notification"]
    assert [(n["threshold"], n["notification_type"]) for n in found] == [(80, "ACTUAL"), (100, "FORECASTED")]
    assert all(n["subscriber_sns_topic_arns"] == [Ref("aws_sns_topic.alarms", "arn")] for n in found)


def test_a_budget_waits_until_it_may_publish() -> None:
    assert compiled(LIMITED).resources[BUDGET].depends_on == ("aws_sns_topic_policy.alarms",)
