"""Service cannot reach what it calls."""

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
    scope="graph",
    title="Service cannot reach what it calls",
    what="A service has the address of a load balancer or of another service, but its calls are blocked on the way.",
    why="Every call times out.",
    fix="Allow the port of the URL as ingress at the load balancer and as egress at the service.",
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb" "internal" {
  internal        = true
  subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
  security_groups = [aws_security_group.internal.id]
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
    environment  = [{ name = "API_URL", value = "https://${aws_lb.internal.dns_name}" }]
  }])
}
""",
    good_terraform="""\
resource "aws_lb" "internal" {
  internal        = true
  subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
  security_groups = [aws_security_group.internal.id]
}

resource "aws_security_group" "internal" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

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
    environment  = [{ name = "API_URL", value = "https://${aws_lb.internal.dns_name}" }]
  }])
}
""",
    check_graph=check,
)
