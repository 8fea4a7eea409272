"""Data sources that look up resources of the same configuration."""

import pytest
from stage3c.graph import Ref, Value

from tests.readers.folders import graph_of

STACK = """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "main" }
}
resource "aws_vpc" "other" {
  cidr_block = "10.1.0.0/16"
  tags       = { Name = "other" }
}
resource "aws_subnet" "private" {
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  tags       = { Tier = "private" }
}
resource "aws_subnet" "public" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.9.0/24"
  tags       = { Tier = "public" }
}
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = aws_vpc.main.id
}
resource "aws_ecs_cluster" "main" {
  name = "main"
}
resource "aws_route53_zone" "main" {
  name = "example.com"
}
"""
USER = 'resource "aws_lb" "x" {{\n  subnets = {}\n}}\n'
PRIVATE: list[Value] = [Ref("aws_subnet.private[0]"), Ref("aws_subnet.private[1]")]
BY_VPC = 'filter {\n  name = "vpc-id"\n  values = [aws_vpc.main.id]\n}\n'


def used(data: str, expression: str, more: str = "") -> Value:
    return graph_of(STACK + data + more + USER.format(expression)).resources["aws_lb.x"].attributes["subnets"]


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("aws_vpc", "id = aws_vpc.main.id", Ref("aws_vpc.main")),
        ("aws_vpc", 'tags = { Name = "main" }', Ref("aws_vpc.main")),
        ("aws_vpc", 'tags = { Name = "none" }', None),
        ("aws_vpc", "tags = {}", None),
        ("aws_vpc", 'filter {\n  name = "tag:Name"\n  values = ["other"]\n}', Ref("aws_vpc.other")),
        ("aws_vpc", 'filter {\n  name = "tag:Name"\n  values = ["main", "other"]\n}', None),
        ("aws_vpc", 'tags = { Name = "main" }\nfilter {\n  name = "cidr"\n  values = ["10.0.0.0/16"]\n}', None),
        ("aws_security_group", 'name = "web"', Ref("aws_security_group.web")),
        ("aws_security_group", 'name = "other"', None),
        ("aws_security_group", "name = aws_security_group.web.name", Ref("aws_security_group.web")),
        ("aws_ecs_cluster", 'cluster_name = "main"', Ref("aws_ecs_cluster.main")),
        ("aws_subnet", 'tags = { Tier = "private" }', None),
        ("aws_subnet", 'tags = { Tier = "public" }', Ref("aws_subnet.public")),
        ("aws_route53_zone", 'name = "example.com"', None),
    ],
)
def test_a_data_source_of_one_resource_is_that_resource(kind: str, body: str, expected: Ref | None) -> None:
    data = f'data "{kind}" "x" {{\n{body}\n}}\n'
    assert used(data, f"[data.{kind}.x.id]") == [expected or Ref(f"data.{kind}.x")]


def test_another_provider_means_another_place() -> None:
    data = 'data "aws_security_group" "x" {\n  provider = aws.other\n  name = "web"\n}\n'
    assert used(data, "[data.aws_security_group.x.id]") == [Ref("data.aws_security_group.x")]


@pytest.mark.parametrize(
    ("body", "expression", "expected"),
    [
        (BY_VPC, "data.aws_subnets.x.ids", [*PRIVATE, Ref("aws_subnet.public")]),
        (BY_VPC + 'tags = { Tier = "private" }', "data.aws_subnets.x.ids", PRIVATE),
        (BY_VPC + 'filter {\n  name = "tag:Tier"\n  values = ["private"]\n}', "data.aws_subnets.x.ids", PRIVATE),
        (BY_VPC + 'tags = { Tier = "private" }', "[data.aws_subnets.x.ids[1]]", PRIVATE[1:]),
        (BY_VPC + 'tags = { Tier = "private" }', "[data.aws_subnets.x.ids[7]]", [Ref("data.aws_subnets.x", "ids[7]")]),
        (BY_VPC + 'tags = { Tier = "none" }', "data.aws_subnets.x.ids", Ref("data.aws_subnets.x", "ids")),
        ('tags = { Tier = "private" }', "data.aws_subnets.x.ids", Ref("data.aws_subnets.x", "ids")),
    ],
)
def test_the_subnets_of_a_vpc_of_the_configuration_are_its_subnets(body: str, expression: str, expected: Value) -> None:
    assert used(f'data "aws_subnets" "x" {{\n{body}\n}}\n', expression) == expected


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ("[aws_vpc.main.id, aws_vpc.other.id]", ""),
        ('[aws_vpc.main.id, "vpc-1"]', ""),
        ('["vpc-1"]', ""),
        ("[data.aws_vpc.none.id]", 'data "aws_vpc" "none" {\n  default = true\n}\n'),
        ("[aws_vpc.main.id]", 'variable "n" {}\nresource "aws_subnet" "more" {\n  count  = var.n\n  vpc_id = aws_vpc.main.id\n}\n'),
        ("[aws_vpc.main.id]", 'module "m" {\n  source = "./m"\n  count  = var.n\n}\nvariable "n" {}\n'),
    ],
)  # fmt: skip
def test_what_else_may_have_subnets_is_not_looked_up(values: str, more: str) -> None:
    data = f'data "aws_subnets" "x" {{\n  filter {{\n    name = "vpc-id"\n    values = {values}\n  }}\n}}\n'
    texts = {"main.tf": STACK + data + more + USER.format("data.aws_subnets.x.ids"), "m/main.tf": "locals {}\n"}
    assert graph_of(texts).resources["aws_lb.x"].attributes["subnets"] == Ref("data.aws_subnets.x", "ids")


def test_a_subnet_of_a_vpc_that_is_looked_up_is_one_of_its_subnets() -> None:
    more = 'data "aws_vpc" "x" {\n  id = aws_vpc.other.id\n}\nresource "aws_subnet" "far" {\n  vpc_id = data.aws_vpc.x.id\n}\n'
    data = f'data "aws_subnets" "x" {{\n{BY_VPC.replace("aws_vpc.main", "aws_vpc.other")}\n}}\n'
    assert used(data, "data.aws_subnets.x.ids", more) == [Ref("aws_subnet.far")]


def test_the_vpc_may_be_looked_up_too() -> None:
    data = 'data "aws_vpc" "x" {\n  id = aws_vpc.main.id\n}\n'
    subnets = BY_VPC.replace("aws_vpc.main.id", "data.aws_vpc.x.id")
    found = used(f'data "aws_subnets" "x" {{\n{subnets}\n}}\n', "data.aws_subnets.x.ids", data)
    assert found == [*PRIVATE, Ref("aws_subnet.public")]


def test_what_the_resource_is_set_to_is_known_of_the_data_source() -> None:
    data = 'data "aws_vpc" "x" {\n  id = aws_vpc.main.id\n}\n'
    assert used(data, "[cidrsubnet(data.aws_vpc.x.cidr_block, 8, 3)]") == ["10.0.3.0/24"]
