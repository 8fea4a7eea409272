"""Tasks that the internet reaches past the load balancer."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.network import ANYWHERE, open_to_anywhere
from stage3c.reach.proofs import places
from stage3c.rules.rule import Rule, found_at
from stage3c.views.services import services


def check(graph: Graph) -> Iterator[Finding]:
    """A service without a load balancer may be meant to be reached so; behind one, nobody else should be."""
    for view in services(graph).values():
        service = view.resource
        here = places(graph, service)
        wide = open_to_anywhere(here)
        if wide and (view.targets or any(place.public for place in here)):
            cause = f"{wide} admits {ANYWHERE} to the tasks of {service.address}, past any load balancer."
            fix = "admit the load balancer's security group instead."
            yield found_at(graph.resources.get(wide, service), cause, fix)


RULE = Rule(
    id="NET207",
    title="Task is open to the internet beside its load balancer",
    what="A service has public addresses, and its security group admits the whole internet.",
    why="Clients get past the load balancer, its certificate, its logs and its rules.",
    fix="Admit the security group of the load balancer alone, or run the tasks without public addresses.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-2 (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 8080
    to_port     = 8080
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([{
    name        = "web"
    image = "nginx:1"
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.a.id]
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = true
  }
}
""",
    good_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([{
    name        = "web"
    image = "nginx:1"
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.a.id]
    security_groups = [aws_security_group.web.id]
  }
}
""",
    check_graph=check,
)
