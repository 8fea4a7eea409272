"""What a release reads of a plan, and what it aims Terraform at before a job."""

from typing import Any

import pytest
from stage3c.delivery.planning import counts, refusals, summary, targets_of
from stage3c.resources.jobs import job_homes

from tests.delivery.deployed import BUILD


def plan(*changes: tuple[str, list[str]]) -> dict[str, Any]:
    told = [
        {"address": address, "type": address.partition(".")[0], "mode": "managed", "change": {"actions": actions}}
        for address, actions in changes
    ]
    return {"resource_changes": told}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ([("aws_vpc.main", ["no-op"])], "no changes"),
        ([("aws_vpc.main", ["create"]), ("aws_lb.a", ["update"])], "1 to create, 1 to update"),
        ([("aws_lb.a", ["delete", "create"]), ("aws_lb.b", ["create", "delete"])], "2 to replace"),
        ([("aws_lb.a", ["delete"])], "1 to destroy"),
    ],
)
def test_a_plan_is_summed_up(changes: list[tuple[str, list[str]]], line: str) -> None:
    assert summary(plan(*changes))[0] == line
    assert bool(counts(plan(*changes))) == (line != "no changes")


def test_what_is_destroyed_is_named_and_a_database_is_refused() -> None:
    found = plan(("aws_db_instance.main", ["delete", "create"]))
    assert summary(found)[1:] == ["replace aws_db_instance.main"]
    (cause,) = refusals(found, BUILD)
    assert "aws_db_instance.main" in cause
    assert refusals(plan(("aws_ecs_service.nodejs", ["update"])), BUILD) == []


def test_before_a_job_its_task_permissions_log_routes_and_rules_are_applied() -> None:
    (home,) = (each for each in job_homes(BUILD.stack) if each.is_before_release)
    assert BUILD.graph is not None
    targets = targets_of(BUILD, home)
    assert home.address in targets
    assert set(targets) <= set(BUILD.graph.resources)
    kinds = {each.partition(".")[0] for each in targets}
    assert kinds >= {
        "aws_iam_role_policy",
        "aws_cloudwatch_log_group",
        "aws_route",
        "aws_vpc_security_group_egress_rule",
    }
    assert not any(each.startswith(("aws_lb", "aws_ecs_service")) for each in targets)
