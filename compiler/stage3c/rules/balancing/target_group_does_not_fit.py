"""A target group that awsvpc tasks cannot join."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, blocks, is_known, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at, is_fargate, target_groups, task_of


def check(graph: Graph) -> Iterator[Finding]:
    """Hold each group against the services that fill it."""
    for group in target_groups(graph):
        kind = group.attributes.get("target_type", "instance")
        if kind != "lambda":
            for key in ("port", "protocol"):
                if group.attributes.get(key) is None:
                    yield at(group, f"names no {key}", f"set {key}")
        for service in graph.users(group, "aws_ecs_service"):
            if is_fargate(service) and is_known(kind) and kind != "ip":
                yield at(group, f"is of type {kind}, and {service.address} runs on Fargate", 'set target_type = "ip"')
            yield from _ports(graph, group, service)


def _ports(graph: Graph, group: Resource, service: Resource) -> Iterator[Finding]:
    """A target group's own port is what nobody uses with ECS, so that a strange one is a sign of a mistake."""
    task = task_of(graph, service)
    if not is_fargate(service) and (task is None or task.attributes.get("network_mode") != "awsvpc"):
        return  # by the host's port then, which may be any
    port = number(graph.resolved(group.attributes.get("port")))
    for block in blocks(service.attributes.get("load_balancer")):
        container = number(graph.resolved(block.get("container_port")))
        mine = graph.target(block.get("target_group_arn")) is group
        if mine and None not in (port, container) and port != container and port not in (80, 443):
            yield at(
                group, f"is for port {port}, and {service.address} fills it at {container}", "name the container's port"
            )


RULE = Rule(
    id="LBA204",
    scope="terraform",
    title="Target group does not fit its targets",
    what="A target group of a Fargate service is not of type ip, names no port or protocol, or another port than its container.",
    why="AWS refuses the service, since awsvpc tasks are registered by address.",
    fix="Set target_type to ip, and port and protocol to those of the container.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = "vpc-12345678"
  port        = 80
  target_type = "instance"
  protocol    = "HTTP"
  health_check {
    path = "/health"
  }
}

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

resource "aws_lb_listener" "http" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  cluster         = "main"
  task_definition = aws_ecs_task_definition.web.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
}
""",
    good_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = "vpc-12345678"
  port        = 8080
  target_type = "ip"
  protocol    = "HTTP"
  health_check {
    path = "/health"
  }
}

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

resource "aws_lb_listener" "http" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/1"
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  cluster         = "main"
  task_definition = aws_ecs_task_definition.web.arn
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
}
""",
    check_graph=check,
)
