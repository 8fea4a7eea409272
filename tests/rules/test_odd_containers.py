"""Containers whose keys hold what nobody would put there are judged without an exception."""

import pytest
from stage3c.audits import audit
from stage3c.output import evidence

from tests.readers.folders import graph_of, read

KEYS = (
    "name", "image", "portMappings", "environment", "secrets", "healthCheck", "logConfiguration", "dependsOn", "mountPoints",
    "volumesFrom", "stopTimeout", "essential", "cpu", "memory", "repositoryCredentials",
)  # fmt: skip
INSIDE = ("name", "value", "valueFrom", "containerPort", "protocol", "containerName", "command", "logDriver", "options")
ODD = ("null", "{}", "[]", "[[]]", "[{}]", "1", "true", '""', '"x"', "{a = []}", "var.unknown")
TASK = """
variable "unknown" {}
resource "aws_lb_listener" "http" {
  port     = %(value)s
  protocol = %(value)s
  default_action {
    type = "redirect"
    redirect { port = %(value)s }
  }
  load_balancer_arn = aws_lb.front.arn
}
resource "aws_lb" "front" {}
resource "aws_ecs_task_definition" "web" {
  container_definitions = jsonencode([
    { name = "first", portMappings = [{ containerPort = 80 }] },
    { name = "web", %(key)s = %(value)s },
    %(value)s
  ])
}
resource "aws_ecs_service" "web" {
  task_definition = aws_ecs_task_definition.web.arn
  launch_type     = %(value)s
  load_balancer {
    container_name = %(value)s
    container_port = %(value)s
  }
}
"""


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("key", KEYS)
def test_an_odd_value_is_judged(key: str, value: str) -> None:
    text = TASK % {"key": key, "value": value}
    audit(read(text))
    evidence.as_object(graph_of(text), "web")


@pytest.mark.parametrize("value", ["{}", "[]", "{a = []}", "var.unknown"])
@pytest.mark.parametrize("key", INSIDE)
def test_an_odd_value_inside_of_a_list_is_judged(key: str, value: str) -> None:
    for outer in ("portMappings", "environment", "secrets", "dependsOn", "healthCheck", "logConfiguration"):
        text = TASK % {"key": outer, "value": f"[{{ {key} = {value} }}]"}
        audit(read(text))
        evidence.as_object(graph_of(text), "web")
