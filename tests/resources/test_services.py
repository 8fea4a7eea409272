from typing import Any

import pytest
from stage3c.graph import Ref
from stage3c.resources.services import grace_seconds

from tests.resources.stacks import attributes, compiled, example

API, WEB = "aws_ecs_service.api", "aws_ecs_service.web"


def test_a_service_waits_for_what_binds_its_target_group() -> None:
    assert "aws_lb_listener.internal_http" in compiled().resources[API].depends_on
    assert "aws_lb_listener.public_https" in compiled().resources[WEB].depends_on
    ruled = compiled("services: {api: {load_balancer: {name: internal, paths: [/api/*]}}}")
    assert "aws_lb_listener_rule.api" in ruled.resources[API].depends_on


def test_a_service_waits_for_its_permissions() -> None:
    assert "aws_iam_role_policy.api_execution" in compiled().resources[API].depends_on
    shell = compiled("services: {api: {exec: true, read_only_root: false}}")
    assert "aws_iam_role_policy.api_task" in shell.resources[API].depends_on


def test_a_worker_has_no_load_balancer_and_no_grace() -> None:
    over = "services: {api: {load_balancer: null, port: null}, web: {calls: {API_URL: null}}}"
    found = attributes(compiled(over), API)
    assert "load_balancer" not in found
    assert "health_check_grace_period_seconds" not in found


def test_grace_covers_the_start_and_the_checks_that_make_a_target_healthy() -> None:
    over = "services: {web: {health: {startup_seconds: 40, ready: {path: /r, interval_seconds: 10, healthy_threshold: 3}}}}"
    assert grace_seconds(example(over).services["web"]) == 70


def test_autoscaling_owns_the_number_of_tasks_where_it_may_change() -> None:
    assert compiled().resources[WEB].lifecycle.ignore_changes == ("desired_count",)
    assert compiled("services: {web: {scale: 2}}").resources[WEB].lifecycle.ignore_changes == ()


def test_tasks_run_on_fargate_or_on_shares_of_it() -> None:
    assert attributes(compiled(), WEB)["launch_type"] == "FARGATE"
    shared = attributes(compiled("services: {web: {capacity: {fargate_spot: {weight: 3}, fargate: {base: 1}}}}"), WEB)
    assert "launch_type" not in shared
    assert shared["capacity_provider_strategy"] == [
        {"capacity_provider": "FARGATE", "weight": 1, "base": 1},
        {"capacity_provider": "FARGATE_SPOT", "weight": 3, "base": 0},
    ]


@pytest.mark.parametrize(("percent", "expected"), [(200, "ENABLED"), (101, "ENABLED"), (100, "DISABLED")])
def test_rebalancing_is_said_and_off_where_aws_refuses_it(percent: int, expected: str) -> None:
    over = f"services: {{web: {{deployment: {{minimum_healthy_percent: 50, maximum_percent: {percent}}}}}}}"
    assert attributes(compiled(over), WEB)["availability_zone_rebalancing"] == expected


def test_the_container_and_port_are_those_of_the_task_definition() -> None:
    found: Any = attributes(compiled(), API)["load_balancer"]
    target = Ref("aws_lb_target_group.api", "arn")
    assert found == [{"target_group_arn": target, "container_name": "api", "container_port": 8000}]


def test_no_service_is_made_before_the_old_one_goes() -> None:
    assert not any(s.lifecycle.create_before_destroy for s in compiled().of_type("aws_ecs_service"))
