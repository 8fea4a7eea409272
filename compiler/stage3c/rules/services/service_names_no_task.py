"""A service without a task definition."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.services import services


def check(graph: Graph) -> Iterator[Finding]:
    """A service under an external controller has its task sets elsewhere."""
    for service in services(graph).values():
        named = service.resource.attributes.get("task_definition") is not None
        if not named and "EXTERNAL" not in service.controllers:
            yield at(service.resource, "names no task definition", "set task_definition")


RULE = Rule(
    id="SVC201",
    scope="terraform",
    title="Service names no task definition",
    what="A service names no task definition, and no external controller gives it one.",
    why="AWS refuses it at apply.",
    fix="Set task_definition.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name        = "web"
  launch_type = "FARGATE"
}
""",
    good_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  cluster         = "main"
  task_definition = aws_ecs_task_definition.web.arn
}
""",
    check_graph=check,
)
