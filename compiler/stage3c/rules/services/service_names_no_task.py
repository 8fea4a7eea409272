"""ECS service has no task definition."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, is_known
from stage3c.rules.rule import Rule, at
from stage3c.views.services import services


def check(graph: Graph) -> Iterator[Finding]:
    """A service under an external controller has its task sets elsewhere."""
    for service in services(graph).values():
        attributes = service.resource.attributes
        is_external = "EXTERNAL" in service.controllers or not is_known(attributes.get("deployment_controller", ()))
        if attributes.get("task_definition") is None and not is_external:
            yield at(
                service.resource, "has no task_definition", "set task_definition = aws_ecs_task_definition.NAME.arn"
            )


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
