"""A readiness check that can hardly notice a dead database."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services_of

_SHALLOW = (
    "/ping",
    "/alive",
    "/live",
    "/livez",
    "/liveness",
    "/health/live",
    "/up",
    "/index.html",
    "/robots.txt",
    "/favicon.ico",
)
_DATABASES = ("aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the path that a target group asks for with what its service uses."""
    for group in graph.of_type("aws_lb_target_group"):
        users = [each for service in services_of(graph, group) for each in _databases(graph, service)]
        for settings in blocks(group.attributes.get("health_check")) if users else ():
            path = settings.get("path")
            if isinstance(path, str) and path.rstrip("/").lower() in _SHALLOW:
                cause = f"asks for {path[:40]}, and its service uses {users[0].address}"
                yield at(group, cause, "ask for a path that touches the database, such as /ready")


def _databases(graph: Graph, service: Service) -> list[Resource]:
    written = service.task.resource.attributes.get("container_definitions") if service.task else None
    targets = map(graph.target, refs_in(written))
    return [target for target in targets if target is not None and target.type in _DATABASES]


RULE = Rule(
    id="HLT221",
    scope="terraform",
    title="Readiness looks shallow",
    severity=Severity.WARNING,
    what="A service uses a database, and its target group asks for a path that by its name only says that the process runs.",
    why="A task that cannot reach its database is healthy to the load balancer, and answers every request with an error.",
    fix="Ask for a path that runs a query, and keep the shallow one for the container's own healthCheck.",
    source="https://aws.amazon.com/builders-library/implementing-health-checks/",
    bad_terraform="""\
resource "aws_db_instance" "main" {
  engine         = "postgres"
  instance_class = "db.t4g.micro"
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    environment = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
  }])
}

resource "aws_lb_target_group" "web" {
  vpc_id      = "vpc-12345678"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path    = "/ping"
    matcher = "200"
  }
}

resource "aws_ecs_service" "web" {
  name            = "web"
  task_definition = aws_ecs_task_definition.web.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 80
  }
}
""",
    good_terraform="""\
resource "aws_db_instance" "main" {
  engine         = "postgres"
  instance_class = "db.t4g.micro"
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    environment = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
  }])
}

resource "aws_lb_target_group" "web" {
  vpc_id      = "vpc-12345678"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path    = "/ready"
    matcher = "200"
  }
}

resource "aws_ecs_service" "web" {
  name            = "web"
  task_definition = aws_ecs_task_definition.web.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 80
  }
}
""",
    check_graph=check,
)
