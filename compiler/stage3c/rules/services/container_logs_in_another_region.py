"""Container logs to another region."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Value, blocks
from stage3c.rules.rule import Rule, at
from stage3c.views.regions import region_of_resource
from stage3c.views.tasks import containers


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the region of the log driver with that of the log group, for groups that this stack makes."""
    default = _region(graph)
    for task, container in containers(graph):
        for logging in container.logging:
            for options in blocks(logging.get("options")):
                written = options.get("awslogs-region")
                groups = _groups(graph, options.get("awslogs-group"))
                regions = {region_of_resource(graph, group) or default for group in groups}
                homes = sorted(region for region in regions if region)
                if isinstance(written, str) and written not in homes and len(homes) == len(regions) > 0:
                    where = f'in container "{container.label}", but the log group is in {homes[0]}'
                    yield at(task, f"has awslogs-region {written[:40]} {where}", f'set awslogs-region = "{homes[0]}"')


def _region(graph: Graph) -> str | None:
    """The region of the default provider, if it is the only one that has any."""
    regions = [provider.get("region") for provider in graph.providers if provider.get("region") is not None]
    known = {region for region in regions if isinstance(region, str)}
    return known.pop() if len(known) == 1 and all(isinstance(region, str) for region in regions) else None


def _groups(graph: Graph, group: Value) -> list[Resource]:
    """The log groups of this stack that an argument means, by reference or by name."""
    made = [each for each in graph.of_type("aws_cloudwatch_log_group") if each.mode == "resource"]
    target = graph.target(group) if isinstance(group, Ref) else None
    return [
        each for each in made if each is target or (isinstance(group, str) and each.attributes.get("name") == group)
    ]


RULE = Rule(
    id="SVC222",
    scope="terraform",
    title="Container logs to another region",
    what="A container logs to a log group of the stack, but its awslogs-region is another region.",
    why="The task does not start: ResourceNotFoundException, the specified log group does not exist.",
    fix="Set `awslogs-region` to the region of the provider.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html (2026-11-23)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.web.name
        awslogs-region        = "eu-west-2"
        awslogs-stream-prefix = "web"
      }
    }
  }])
}
""",
    check_graph=check,
)
