"""A public listener to which no client gets."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.flow_facts import blocked
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Prove the flows of this kind."""
    return blocked(graph, "client")


RULE = Rule(
    id="NET201",
    title="Public load balancer cannot be reached",
    what="A load balancer faces the internet, and a listener of it cannot be reached from there.",
    why="The site is down from its first minute: browsers wait until they time out.",
    fix="Route its subnets to an attached internet gateway, and admit clients at the port of each listener.",
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.public.id
}

resource "aws_security_group" "balancer" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "public" {
  subnets         = [aws_subnet.a.id]
  security_groups = [aws_security_group.balancer.id]
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.public.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 8080
  target_type = "ip"
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

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.public.id
}

resource "aws_security_group" "balancer" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "public" {
  subnets         = [aws_subnet.a.id]
  security_groups = [aws_security_group.balancer.id]
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.public.arn
  port              = 80
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 8080
  target_type = "ip"
}
""",
    check_graph=check,
)
