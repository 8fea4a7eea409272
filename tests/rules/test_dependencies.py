"""What Terraform makes first is found behind instances, references and other names of one thing."""

import pytest
from stage3c.audits import audit
from stage3c.reach.proofs import known_topology

from tests.readers.folders import graph_of, read

NETWORK = """
resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}
resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}
resource "aws_subnet" "main" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
}
resource "aws_route_table" "main" {
  vpc_id = aws_vpc.main.id
}
resource "aws_route_table_association" "main" {
  count          = 1
  subnet_id      = aws_subnet.main.id
  route_table_id = aws_route_table.main.id
}
resource "aws_route" "out" {
  count                  = 1
  route_table_id         = aws_route_table.main.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}
"""
SERVICE = """
resource "aws_ecs_service" "web" {
  name = "web"
  network_configuration {
    subnets = [aws_subnet.main.id]
  }
  depends_on = [%s]
}
"""
ENDPOINT = """
provider "aws" {
  region = "eu-central-1"
}
resource "aws_security_group" "main" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
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
resource "aws_vpc_endpoint" "logs" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-central-1.logs"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.main.id]
  security_group_ids  = [aws_security_group.main.id]
}
resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([{
    name  = "web"
    image = "public.ecr.aws/nginx/nginx:1.27"
    logConfiguration = {
      logDriver = "awslogs"
      options   = { "awslogs-group" = "web", "awslogs-region" = "eu-central-1", "awslogs-stream-prefix" = "web" }
    }
  }])
}
"""
CALLING = """
resource "aws_ecs_service" "web" {
  name            = "web"
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets          = [aws_subnet.main.id]
    security_groups  = [aws_security_group.web.id]
    assign_public_ip = true
  }
  depends_on = [%s]
}
"""
NAT = """
resource "aws_nat_gateway" "main" {
  subnet_id         = aws_subnet.main.id
  connectivity_type = "public"
  depends_on        = [%s]
}
"""


def codes(text: str) -> set[str]:
    return {found.code for found in audit(read(text))}


def test_a_service_that_depends_on_a_counted_part_depends_on_its_instances() -> None:
    assert "NET220" in codes(NETWORK + SERVICE % "aws_route.out")
    assert "NET220" not in codes(NETWORK + SERVICE % "aws_route.out, aws_route_table_association.main")


def test_a_nat_gateway_depends_on_its_internet_gateway_also_by_a_route() -> None:
    assert "NET221" in codes(NETWORK + NAT % "")
    assert "NET221" not in codes(NETWORK + NAT % "aws_internet_gateway.main")
    assert "NET221" not in codes(NETWORK + NAT % "aws_route.out")


@pytest.mark.parametrize("is_waited_for", [True, False])
@pytest.mark.parametrize("has_another_way", [True, False])
def test_a_service_depends_on_an_endpoint_that_is_its_only_way(*, is_waited_for: bool, has_another_way: bool) -> None:
    calling = CALLING if has_another_way else CALLING.replace("assign_public_ip = true", "assign_public_ip = false")
    waits = "aws_route.out, aws_route_table_association.main"
    found = codes(NETWORK + ENDPOINT + calling % (f"{waits}, aws_vpc_endpoint.logs" if is_waited_for else waits))
    assert ("NET220" in found) == (not is_waited_for and not has_another_way)


def test_a_gateway_endpoint_of_an_adopted_main_table_belongs_to_that_table() -> None:
    for attribute in ("default_route_table_id", "main_route_table_id"):
        graph = graph_of(
            f"""
            resource "aws_vpc" "main" {{
              cidr_block = "10.0.0.0/16"
            }}
            resource "aws_default_route_table" "main" {{
              default_route_table_id = aws_vpc.main.default_route_table_id
            }}
            resource "aws_vpc_endpoint" "s3" {{
              vpc_id          = aws_vpc.main.id
              service_name    = "com.amazonaws.eu-central-1.s3"
              route_table_ids = [aws_vpc.main.{attribute}]
            }}
            """
        )
        assert known_topology(graph).network.endpoints[0].tables == {"aws_default_route_table.main"}
