"""Cost classes in `report`: by known prices, and unknown where the size or the price is."""

from pathlib import Path

import pytest
from stage3c import api
from stage3c.aws.facts import load
from stage3c.output.costs import class_of, cost_table
from stage3c.output.files import read_terraform

from tests.conftest import ROOT


def costs(name: str) -> dict[str, tuple[str, str]]:
    compilation = api.compiled((ROOT / "specs" / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    (build,) = compilation.builds
    assert build.graph
    return {address: (monthly, made_of) for address, monthly, made_of in cost_table(build.graph)}


def test_the_reference_stack_has_a_class_for_each_part_and_says_where_the_prices_are_from() -> None:
    found = costs("stage3v3")
    assert found["aws_nat_gateway.a"][0] == "medium: 20 to 100"
    assert found["aws_db_instance.main"] == ("high: 100 to 500", "2 x db.t3.medium, 20 GiB")
    assert found["aws_ecs_service.fastapi"] == ("medium: 20 to 100", "2 x 0.5 vCPU, 1 GiB, X86_64, Fargate")
    assert found["aws_lb.public"][0] == "low: up to 20"
    assert found["13 x aws_cloudwatch_metric_alarm"] == ("low: up to 20", "0.10 each")
    assert found["the whole stack"][0] == "high: 100 to 500"
    assert "from memory" in found["the whole stack"][1]


@pytest.mark.parametrize(
    ("monthly", "told"), [(None, "unknown"), (0, "low"), (20, "low"), (21, "medium"), (900, "very high")]
)
def test_a_sum_has_one_class(monthly: float | None, told: str) -> None:
    assert class_of(monthly).startswith(told)


def test_a_database_without_a_price_makes_the_sum_a_lower_bound(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_db_instance" "a" {\n  instance_class = "db.x9.mega"\n}\nresource "aws_nat_gateway" "b" {}\n'
        'resource "aws_ecs_service" "c" {}\nresource "aws_vpc_endpoint" "d" {\n  vpc_endpoint_type = "Interface"\n}\n'
    )
    graph = read_terraform(tmp_path, []).graph
    rows = {row[0]: row[1] for row in cost_table(graph)}
    assert rows["aws_db_instance.a"] == rows["aws_ecs_service.c"] == "unknown"
    assert rows["the whole stack"] == "at least medium: 20 to 100"


@pytest.mark.parametrize(
    ("platform", "made_of"),
    [
        ("", "2 x 0.25 vCPU, 0.5 GiB, X86_64, Fargate"),
        ('runtime_platform {\n    cpu_architecture = "ARM64"\n  }', "2 x 0.25 vCPU, 0.5 GiB, ARM64, Fargate"),
        ('runtime_platform {\n    operating_system_family = "LINUX"\n  }', "2 x 0.25 vCPU, 0.5 GiB, X86_64, Fargate"),
        ("runtime_platform {\n    cpu_architecture = var.unknown\n  }", "tasks of unknown"),
        ('dynamic "runtime_platform" {\n    for_each = var.unknown\n    content {}\n  }', "tasks of unknown"),
    ],
)
def test_the_price_of_a_task_is_that_of_its_processor(tmp_path: Path, platform: str, made_of: str) -> None:
    (tmp_path / "main.tf").write_text(
        f"""variable "unknown" {{}}
resource "aws_ecs_task_definition" "a" {{
  cpu                   = 256
  memory                = 512
  container_definitions = "[]"
  {platform}
}}
resource "aws_ecs_service" "a" {{
  task_definition = aws_ecs_task_definition.a.arn
  desired_count   = 2
  launch_type     = "FARGATE"
}}
"""
    )
    rows = {row[0]: row[2] for row in cost_table(read_terraform(tmp_path, []).graph)}
    assert rows["aws_ecs_service.a"].startswith(made_of)


def test_prices_are_positive() -> None:
    prices = load("prices")
    assert all(each > 0 for each in (*prices["hourly"]["database"].values(), *prices["monthly"].values()))
