from typing import Any

from stage3c.graph import Ref, refs_in
from stage3c.resources.stack import compile_stack

from tests.resources.stacks import attributes, compiled, document, reference


def widgets(over: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(compiled(over).resources["aws_cloudwatch_dashboard.main"], "dashboard_body")[
        "widgets"
    ]
    return found


def test_everything_that_runs_is_on_the_dashboard() -> None:
    board = compile_stack(reference()).resources["aws_cloudwatch_dashboard.main"]
    assert set(refs_in(board.attributes)) == {
        Ref("aws_ecs_cluster.main", "name"),
        Ref("aws_ecs_service.fastapi", "name"),
        Ref("aws_ecs_service.nodejs", "name"),
        Ref("aws_lb.internal", "arn_suffix"),
        Ref("aws_lb.public", "arn_suffix"),
        Ref("aws_db_instance.main", "identifier"),
    }


def test_no_two_graphs_lie_on_each_other() -> None:
    places = [(widget["x"], widget["y"]) for widget in widgets()]
    assert len(places) == len(set(places))
    assert all(widget["x"] + widget["width"] <= 24 for widget in widgets())


def test_graphs_show_the_region_of_the_stack() -> None:
    assert {widget["properties"]["region"] for widget in widgets()} == {"eu-central-1"}


def test_two_regions_do_not_share_a_dashboard() -> None:
    assert attributes(compiled(), "aws_cloudwatch_dashboard.main")["dashboard_name"] == "shop-prod-eu-central-1"


def test_there_is_no_dashboard_where_none_is_wanted() -> None:
    assert not compiled("monitoring: {dashboard: false}").of_type("aws_cloudwatch_dashboard")
