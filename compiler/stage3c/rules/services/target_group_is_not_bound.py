"""A target group that leads nowhere, or to which nobody leads."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import listener_rules, load_balancers
from stage3c.views.services import services

_FILLERS: Final = ("aws_autoscaling_group", "aws_codedeploy_deployment_group", "aws_ecs_task_set")
_KEYS: Final = ("", "arn", "id", "name")
"""By these attributes in an output, another stack can bind what this one makes."""


def check(graph: Graph) -> Iterator[Finding]:
    """Compare both sides; where a module or an unknown listener may bind it, nothing is said."""
    rules, runners = listener_rules(graph), [service.resource for service in services(graph).values()]
    open_world = not all(rule.is_known for rule in rules)
    bound = {address for rule in rules for address in rule.refers_to}
    filled = {ref.address for service in runners for ref in refs_in(service.attributes.get("load_balancer"))}
    shown = {ref.address for ref in graph.shown if ref.attribute in _KEYS}
    for group in graph.of_type("aws_lb_target_group"):
        others = [user for user in graph.users(group) if "attachment" in user.type or user.type in _FILLERS]
        if graph.is_handed_out(group) or not group.certain or group.address in shown:
            continue
        if group.address in filled and group.address not in bound and not open_world:
            fix = "forward to it from a listener or a rule"
            yield at(group, "is filled by a service, and no listener forwards to it", fix)
        elif group.address not in filled and not others and group.attributes.get("target_type", "instance") == "ip":
            yield at(group, "is filled by no service", "name it in the load_balancer block of a service, or remove it")
    for service in services(graph).values():
        for target in service.targets:
            if target.written.get("target_group_arn") is None and target.written.get("elb_name") is None:
                cause = "has a load_balancer block without a target group"
                yield at(service.resource, cause, "set target_group_arn in it")
    for balancer in load_balancers(graph):
        resource = balancer.resource
        handed = graph.is_handed_out(resource) or not resource.certain or resource.address in shown
        if not handed and not any(listener.resource.mode == "resource" for listener in balancer.listeners):
            yield at(resource, "has no listener", "add an aws_lb_listener, or remove it")


RULE = Rule(
    id="SVC203",
    scope="terraform",
    title="Target group is bound on one side only",
    what="A service fills a target group to which no listener forwards, or nobody fills it.",
    why="AWS refuses the service: the target group does not have an associated load balancer; or clients get 503 for ever.",
    fix="Forward to it from a listener or a rule, and name it in the load_balancer block of a service.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = "vpc-12345678"
  port        = 80
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
  port        = 80
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
