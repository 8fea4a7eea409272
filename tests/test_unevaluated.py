"""The last line of an audit: how many needs are unknown, each for its nearest reason."""

import re
from collections import Counter
from pathlib import Path

import pytest
from stage3c.audits import not_evaluated, unread
from stage3c.output.evidence import as_object
from stage3c.output.files import read_terraform
from stage3c.unevaluated import OTHER, Unevaluated

from tests.conftest import ROOT
from tests.readers.folders import read

STACKS = sorted(
    path for path in (ROOT / "tests" / "stacks").glob("*") if path.name != "plans" and path.is_dir()
) + sorted((ROOT / "tests" / "stacks" / "plans").glob("*.json"))

TASK = """
resource "aws_ecs_task_definition" "a" {
  family                = "a"
  execution_role_arn    = %s
  container_definitions = jsonencode([{ name = "a", image = "nginx:1", logConfiguration = {
    logDriver = "awslogs", options = { awslogs-group = "a", awslogs-region = "eu-west-1", awslogs-stream-prefix = "a" } } }])
}
resource "aws_ecs_service" "a" {
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.a.arn
  network_configuration {
    subnets         = %s
    security_groups = %s
  }
}
"""


def line(role: str, subnets: str, groups: str = "[]", more: str = "") -> str:
    return not_evaluated(read(TASK % (role, subnets, groups) + more))


def test_each_need_is_counted_under_its_nearest_reason() -> None:
    assert line("var.role", "[var.s]", more='variable "s" {}\nvariable "role" {}\n') == (
        "5 of 5 needs unknown (3: variable role, 2: variable s)"
    )


def test_a_module_that_is_not_there_is_named_with_the_command() -> None:
    module = 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'
    assert "3: module vpc - run terraform init" in line('"arn:x"', "module.vpc.private_subnets", more=module)


def test_a_data_source_is_named() -> None:
    data = 'data "aws_subnets" "x" {}\n'
    assert "2: data source aws_subnets.x" in line('"arn:x"', "data.aws_subnets.x.ids", more=data)


def test_nothing_unknown_says_nothing_and_rare_reasons_are_folded() -> None:
    assert Unevaluated(3, Counter()).text() == ""
    reasons = Counter({"a": 9, "b": 8, "c": 7, "d": 6, "e": 5, "f": 4, OTHER: 3})
    assert Unevaluated(50, reasons).text() == (
        "42 of 50 needs unknown (9: a, 8: b, 7: c, 6: d, 5: e, 7: values known after apply)"
    )
    assert Unevaluated(50, Counter({OTHER: 1})).text("the plan is incomplete") == (
        "1 of 50 needs unknown (1: the plan is incomplete)"
    )


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
def test_an_audit_and_a_proof_of_one_folder_count_the_same(path: Path) -> None:
    reading = read_terraform(path, ())
    counts = as_object(reading.graph, path.name, not_read=unread(reading))["counts"]
    told = re.match(r"([0-9]+) of ([0-9]+) needs unknown", not_evaluated(reading))
    assert bool(told) == bool(counts["unknown"])
    assert told is None or (int(told[1]), int(told[2])) == (counts["unknown"], sum(counts.values()))


def test_the_reasons_add_up_to_the_number_that_is_told() -> None:
    for path in STACKS:
        said = not_evaluated(read_terraform(path, ()))
        parts = [int(number) for number in re.findall(r"[(,] ?([0-9]+): ", said)]
        assert not said or sum(parts) == int(said.partition(" ")[0]), said
