"""A service that runs on EC2 because nobody said Fargate."""

from collections.abc import Iterator

from compiler.diagnostics import Finding
from compiler.graph import Graph, Resource, blocks, is_known, items
from compiler.rules.rule import Rule
from compiler.rules.task_facts import at, task_of


def check(graph: Graph) -> Iterator[Finding]:
    """Look at services that ask for EC2, or for nothing, while their task definition is for Fargate alone."""
    for service in graph.of_type("aws_ecs_service"):
        task = task_of(graph, service)
        compatible = items(task.attributes.get("requires_compatibilities")) if task else []
        if task is not None and compatible == ["FARGATE"] and _asks_for_ec2(graph, service):
            yield at(service, f"runs on EC2, and {task.address} is for Fargate", 'set launch_type = "FARGATE"')


def _asks_for_ec2(graph: Graph, service: Resource) -> bool:
    launch = service.attributes.get("launch_type")
    if launch is not None:
        return launch == "EC2"
    controllers = service.attributes.get("deployment_controller")
    external = not is_known(controllers) or any(block.get("type") == "EXTERNAL" for block in blocks(controllers))
    return not external and not service.attributes.get("capacity_provider_strategy") and _has_no_default(graph, service)


def _has_no_default(graph: Graph, service: Resource) -> bool:
    """The cluster is known, and has no strategy for services without one."""
    cluster = graph.target(service.attributes.get("cluster"))
    if cluster is None or cluster.mode != "resource" or graph.is_handed_out(cluster):
        return False
    given = graph.users(cluster, "aws_ecs_cluster_capacity_providers")
    defaults = [each.attributes.get("default_capacity_provider_strategy") for each in (cluster, *given)]
    return is_known(defaults) and not any(items(default) for default in defaults)


RULE = Rule(
    id="SVC223",
    title="Service asks for no capacity",
    what="A service names neither FARGATE nor a capacity provider, its cluster has no default, and its task is for Fargate.",
    why="ECS then means EC2, and refuses the service: the task definition does not support launch_type EC2.",
    fix="Set launch_type to FARGATE, or write a capacity_provider_strategy.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html (2026-11-23)",
    bad_terraform="""\
resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  container_definitions    = jsonencode([{ name = "web", image = "nginx:1" }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.web.arn
}
""",
    good_terraform="""\
resource "aws_ecs_cluster" "main" {
  name = "main"
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  container_definitions    = jsonencode([{ name = "web", image = "nginx:1" }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.web.arn
  launch_type     = "FARGATE"
}
""",
    check_graph=check,
)
