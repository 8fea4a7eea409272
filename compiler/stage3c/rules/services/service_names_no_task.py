"""ECS service has no task definition."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, blocks
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at


def check(graph: Graph) -> Iterator[Finding]:
    """A service under an external controller has its task sets elsewhere."""
    for service in graph.of_type("aws_ecs_service"):
        controllers = [block.get("type") for block in blocks(service.attributes.get("deployment_controller"))]
        if service.attributes.get("task_definition") is None and "EXTERNAL" not in controllers:
            yield at(service, "has no task_definition", "set task_definition = aws_ecs_task_definition.NAME.arn")


RULE = Rule(
    id="SVC201",
    scope="terraform",
    title="ECS service has no task definition",
    what="A service has no task definition, and no external deployment controller.",
    why="AWS rejects it at apply.",
    fix="Set `task_definition = aws_ecs_task_definition.NAME.arn`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name        = "web"
  cluster     = aws_ecs_cluster.main.arn
  launch_type = "FARGATE"
}
""",
    check_graph=check,
)
