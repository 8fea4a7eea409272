"""A service that may come before the listener it needs."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, refs_in
from stage3c.policy.roles import role_of
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at, listener_rules, listeners, task_of, waits_of


def check(graph: Graph) -> Iterator[Finding]:
    """Follow what a service waits for, and what that waits for; so too for the policies of its roles."""
    binders: dict[str, set[str]] = {}
    for side in (*listeners(graph), *listener_rules(graph)):
        for ref in (*refs_in(side.attributes.get("default_action")), *refs_in(side.attributes.get("action"))):
            binders.setdefault(ref.address, set()).add(side.address)
    for service in graph.of_type("aws_ecs_service"):
        waits = waits_of(graph, service)
        for block in blocks(service.attributes.get("load_balancer")):
            group = graph.target(block.get("target_group_arn"))
            bound = binders.get(group.address, set()) if group else set()
            if bound and not bound & waits:
                yield at(service, f"does not wait for {min(bound)}", f"add {min(bound)} to its depends_on")
        missing = _policies(graph, task_of(graph, service)) - waits
        if missing and service.depends_on:
            yield at(service, f"does not wait for {min(missing)}", f"add {min(missing)} to its depends_on")


def _policies(graph: Graph, task: Resource | None) -> set[str]:
    """The inline policies of the roles of a task definition; not those of others that mention them."""
    roles = (
        [role_of(graph, task.attributes.get(name)) for name in ("execution_role_arn", "task_role_arn")] if task else []
    )
    return {
        user.address
        for role in roles
        if role
        for user in graph.users(role, "aws_iam_role_policy")
        if role_of(graph, user.attributes.get("role")) is role
    }


RULE = Rule(
    id="SVC208",
    scope="terraform",
    title="Service does not wait for its listener",
    what="A service registers in a target group, and nothing makes Terraform create the listener that binds it first.",
    why="AWS refuses the service when it comes first: the target group does not have an associated load balancer.",
    fix="Add the listener, or the listener rule, to depends_on of the service.",
    source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service (2026-11-24)",
    severity=Severity.WARNING,
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
  depends_on = [aws_lb_listener.http]
}
""",
    check_graph=check,
)
