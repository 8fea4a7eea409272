"""A service whose calls do not arrive."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.flow_facts import blocked
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Prove the flows of this kind."""
    return blocked(graph, "call")


RULE = Rule(
    id="NET203",
    title="Service cannot reach what it calls",
    what="A service is given the address of a load balancer, and a route, a security group or a network ACL stops its calls.",
    why="Every call times out, and the callee never sees one.",
    fix="Admit the port of the URL from the caller at the load balancer, and to the load balancer at the caller.",
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "internal" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 8080
    to_port     = 8080
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_lb" "internal" {
  internal        = true
  subnets         = [aws_subnet.a.id]
  security_groups = [aws_security_group.internal.id]
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
    environment = [{ name = "API", value = "http://${aws_lb.internal.dns_name}" }]
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
    good_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "internal" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_lb" "internal" {
  internal        = true
  subnets         = [aws_subnet.a.id]
  security_groups = [aws_security_group.internal.id]
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
    environment = [{ name = "API", value = "http://${aws_lb.internal.dns_name}" }]
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
