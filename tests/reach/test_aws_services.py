"""AWS services and regions as the network sees them: endpoints, prefix lists, and what is not known of either."""

from ipaddress import IPv4Network

import pytest
from stage3c.graph import Graph, Ref
from stage3c.reach.aws_services import (
    AwsService,
    in_region,
    members_of_prefix_list,
    region_in,
    service_of_endpoint,
)
from stage3c.views.arns import home_region

from tests.readers.folders import graph_of, read

PROVIDERS = """
variable "v" {}
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "far"
  region = "us-east-1"
}
provider "aws" {
  alias  = "hidden"
  region = var.v
}
"""
TOPIC = 'resource "aws_sns_topic" "t" {{\n  name = "t"\n  {}\n}}\n'


def topic(body: str) -> Graph:
    return graph_of(PROVIDERS + TOPIC.format(body))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", "eu-west-1"),
        ("provider = aws.far", "us-east-1"),
        ("provider = aws.hidden", "«region»"),
        ("provider = aws.missing", "«region»"),
        ('region = "ap-south-1"', "ap-south-1"),
        ('provider = aws.far\n  region = "ap-south-1"', "ap-south-1"),
        ("region = var.v", "«region»"),
    ],
)
def test_the_region_of_a_resource(body: str, expected: str) -> None:
    graph = topic(body)
    assert home_region(graph, graph.resources["aws_sns_topic.t"]) == expected


@pytest.mark.parametrize(
    ("body", "region", "expected"),
    [
        ("", "eu-west-1", AwsService("s3")),
        ("", "us-east-1", AwsService("s3", "us-east-1")),
        ("", "«region»", AwsService("s3", None)),
        ("region = var.v", "us-east-1", AwsService("s3", None)),
        ("provider = aws.far", "us-east-1", AwsService("s3")),
    ],
)
def test_a_service_seen_from_a_resource(body: str, region: str, expected: AwsService) -> None:
    graph = topic(body)
    assert in_region(graph, "s3", region, graph.resources["aws_sns_topic.t"]) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (AwsService("s3"), AwsService("s3"), True),
        (AwsService("s3"), AwsService("logs"), False),
        (AwsService("s3"), AwsService("logs", None), False),
        (AwsService("s3"), AwsService("s3", "us-east-1"), False),
        (AwsService("s3", "us-east-1"), AwsService("s3", "us-east-1"), True),
        (AwsService("s3", None), AwsService("s3"), None),
        (AwsService("s3"), AwsService("s3", None), None),
        (AwsService("s3"), None, None),
    ],
)
def test_which_endpoint_serves_which_service(one: AwsService, other: AwsService | None, expected: bool | None) -> None:  # noqa: FBT001 - a row
    assert one.is_served_by(other) is expected


def test_a_service_in_words() -> None:
    assert [AwsService("s3").text, AwsService("s3", "us-east-1").text, AwsService("s3", None).text] == [
        "s3",
        "s3 in us-east-1",
        "s3",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arn:aws:s3:eu-west-1:1:x", "eu-west-1"),
        ("arn:aws-us-gov:s3:us-gov-west-1:1:x", "us-gov-west-1"),
        ("arn:aws:s3:ap-southeast-12:1:x", "ap-southeast-12"),
        ("arn:aws:s3:«region»:1:x", "«region»"),
        ("arn:aws:s3:::x", None),
        ("arn:aws:s3:somewhere:1:x", None),
        ("arn:aws:s3", None),
        ("arn:aws:s3:eu-west-1", "eu-west-1"),
        ("x:aws:s3:eu-west-1:1:x", None),
        ("", None),
        (None, None),
    ],
)
def test_the_region_of_an_arn(text: str | None, expected: str | None) -> None:
    assert region_in(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('"com.amazonaws.eu-west-1.s3"', AwsService("s3")),
        ('"com.amazonaws.eu-west-1.ecr.api"', AwsService("ecr.api")),
        ('"com.amazonaws.us-east-1.ecr.api"', AwsService("ecr.api", "us-east-1")),
        ('"cn.com.amazonaws.eu-west-1.ecr.api"', AwsService("ecr.api")),
        ('"com.amazonaws.${var.v}.ecr.api"', AwsService("ecr.api")),  # most write the region that they run in
        ('"com.amazonaws.eu-west-1.${var.v}"', None),
        ('"com.amazonaws.${var.v}."', None),
        ('"com.amazonaws.${var.v}.x"', AwsService("x")),
        ('"com.amazonaws.${var.v}-s3"', None),
        ('"com.amazonaws.eu-west-1"', None),
        ('"s3"', None),
        ("var.v", None),
    ],
)
def test_the_service_of_an_endpoint(name: str, expected: AwsService | None) -> None:
    graph = graph_of(PROVIDERS + f'resource "aws_vpc_endpoint" "e" {{\n  service_name = {name}\n}}\n')
    endpoint = graph.resources["aws_vpc_endpoint.e"]
    assert service_of_endpoint(graph, endpoint.attributes["service_name"], endpoint) == expected


LISTS = """
resource "aws_vpc_endpoint" "e" {
  service_name = "com.amazonaws.us-east-1.s3"
  region       = "us-east-1"
}
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
data "aws_prefix_list" "named" {
  name = "com.amazonaws.eu-west-1.dynamodb"
}
data "aws_ec2_managed_prefix_list" "named" {
  name = "com.amazonaws.us-east-1.s3"
}
data "aws_prefix_list" "own" {
  name = "company"
}
data "aws_prefix_list" "behind" {
  prefix_list_id = aws_vpc_endpoint.e.prefix_list_id
}
data "aws_prefix_list" "strange" {
  prefix_list_id = aws_vpc.v.id
}
data "aws_prefix_list" "bare" {}
resource "aws_ec2_managed_prefix_list" "inline" {
  entry {
    cidr = "10.0.0.0/8"
  }
  entry {
    cidr = "2001:db8::/32"
  }
  entry {
    cidr = aws_vpc.v.cidr_block
  }
}
resource "aws_ec2_managed_prefix_list" "apart" {}
resource "aws_ec2_managed_prefix_list_entry" "apart" {
  prefix_list_id = aws_ec2_managed_prefix_list.apart.id
  cidr           = "192.168.0.0/16"
}
resource "aws_ec2_managed_prefix_list" "hidden" {
  entry = var.v
}
resource "aws_ec2_managed_prefix_list" "strange" {
  entry {
    cidr = var.v
  }
}
resource "aws_ec2_managed_prefix_list" "empty" {}
"""
TEN, VPC, HOME = IPv4Network("10.0.0.0/8"), IPv4Network("10.0.0.0/16"), IPv4Network("192.168.0.0/16")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("aws_vpc_endpoint.e", [AwsService("s3")]),
        ("data.aws_prefix_list.named", [AwsService("dynamodb")]),
        ("data.aws_ec2_managed_prefix_list.named", [AwsService("s3", "us-east-1")]),
        ("data.aws_prefix_list.own", [None]),
        ("data.aws_prefix_list.behind", [AwsService("s3")]),
        ("data.aws_prefix_list.strange", [None]),
        ("data.aws_prefix_list.bare", [None]),
        ("aws_ec2_managed_prefix_list.inline", [TEN, VPC]),
        ("aws_ec2_managed_prefix_list.apart", [HOME]),
        ("aws_ec2_managed_prefix_list.hidden", [None]),
        ("aws_ec2_managed_prefix_list.strange", [None]),
        ("aws_ec2_managed_prefix_list.empty", []),
        ("aws_vpc.v", [None]),
        ("aws_vpc_endpoint.missing", [None]),
    ],
)
def test_what_a_prefix_list_leads_to(address: str, expected: list[object]) -> None:
    graph = graph_of(PROVIDERS + TOPIC.format("") + LISTS)
    asker = graph.resources["aws_sns_topic.t"]
    assert list(members_of_prefix_list(graph, Ref(address), asker)) == expected


def test_a_prefix_list_that_a_module_may_fill_is_not_known() -> None:
    module = 'module "m" {\n  source = "a/b/aws"\n  list   = aws_ec2_managed_prefix_list.empty.id\n}\n'
    graph = read(PROVIDERS + TOPIC.format("") + LISTS + module).graph
    assert graph
    asker = graph.resources["aws_sns_topic.t"]
    assert list(members_of_prefix_list(graph, Ref("aws_ec2_managed_prefix_list.empty"), asker)) == [None]
