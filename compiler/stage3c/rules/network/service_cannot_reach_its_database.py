"""A service whose packets do not get to its database."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.flow_facts import blocked
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Prove the flows of this kind."""
    return blocked(graph, "database", "file system")


RULE = Rule(
    id="NET102",
    title="Service cannot reach its database",
    what="A service is given the address or the secret of a database, and a route, a firewall or an ACL stops its packets.",
    why="Every query times out, while the tasks and the database look healthy on their own.",
    fix="Admit the service where the finding says: ingress at the database, egress at the service, or an ACL entry each way.",
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "database" {
  vpc_id = aws_vpc.main.id
}

resource "aws_db_subnet_group" "main" {
  subnet_ids = [aws_subnet.a.id]
}

resource "aws_db_instance" "main" {
  engine                 = "postgres"
  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.database.id]
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
    environment = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
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

resource "aws_security_group" "database" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.web.id]
  }
}

resource "aws_db_subnet_group" "main" {
  subnet_ids = [aws_subnet.a.id]
}

resource "aws_db_instance" "main" {
  engine                 = "postgres"
  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.database.id]
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
    environment = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
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
