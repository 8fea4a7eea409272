import pytest
from stage3c.graph import Ref
from stage3c.resources.stack import compile_stack

from tests.resources.stacks import attributes, compiled, reference

CLOSED = """
network: {nat: none, route_tables: {private: {default_route: none}}, endpoints: [s3, ecr, secretsmanager, logs]}
"""


def test_a_gateway_endpoint_is_on_every_table_that_is_not_public() -> None:
    endpoint = attributes(compile_stack(reference()), "aws_vpc_endpoint.s3")
    assert endpoint["vpc_endpoint_type"] == "Gateway"
    assert endpoint["service_name"] == "com.amazonaws.us-east-1.s3"
    assert endpoint["route_table_ids"] == [Ref("aws_route_table.database"), Ref("aws_route_table.private")]


def test_a_gateway_endpoint_is_on_the_table_of_each_zone() -> None:
    endpoint = attributes(compiled("network: {nat: per_zone, endpoints: [dynamodb]}"), "aws_vpc_endpoint.dynamodb")
    tables = ("isolated", "private_a", "private_b")
    assert endpoint["route_table_ids"] == [Ref(f"aws_route_table.{table}") for table in tables]


def test_ecr_is_two_interface_endpoints() -> None:
    graph = compiled(CLOSED)
    found = {e.name: e.attributes["vpc_endpoint_type"] for e in graph.of_type("aws_vpc_endpoint")}
    interfaces = dict.fromkeys(("ecr-api", "ecr-dkr", "logs", "secretsmanager"), "Interface")
    assert found == {"s3": "Gateway", **interfaces}
    origins = {graph.resources[f"aws_vpc_endpoint.{name}"].origin.path for name in ("ecr-api", "ecr-dkr")}
    assert origins == {("network", "endpoints", 1)}


def test_interface_endpoints_answer_to_public_names_behind_a_group_of_their_own() -> None:
    endpoint = attributes(compiled(CLOSED), "aws_vpc_endpoint.logs")
    assert endpoint["private_dns_enabled"] is True
    assert endpoint["security_group_ids"] == [Ref("aws_security_group.endpoints")]


@pytest.mark.parametrize(("over", "tier"), [("", "private"), ("network: {endpoint_subnets: database}", "database")])
def test_interface_endpoints_stand_where_services_do_or_where_told(over: str, tier: str) -> None:
    listed = over.replace("{", "{endpoints: [sqs], ") if over else "network: {endpoints: [sqs]}"
    subnets = attributes(compiled(listed), "aws_vpc_endpoint.sqs")["subnet_ids"]
    assert subnets == [Ref(f"aws_subnet.{tier}_a"), Ref(f"aws_subnet.{tier}_b")]


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("ecr-api", "cn.com.amazonaws.cn-north-1.ecr.api"),
        ("secretsmanager", "com.amazonaws.cn-north-1.secretsmanager"),
        ("logs", "com.amazonaws.cn-north-1.logs"),
        ("s3", "com.amazonaws.cn-north-1.s3"),
    ],
)
def test_in_china_some_services_have_another_prefix(endpoint: str, expected: str) -> None:
    over = (
        "region: cn-north-1\nnetwork: {zones: [cn-north-1a, cn-north-1b], endpoints: [s3, ecr, secretsmanager, logs]}"
    )
    assert attributes(compiled(over), f"aws_vpc_endpoint.{endpoint}")["service_name"] == expected


def test_no_endpoint_is_made_unless_listed() -> None:
    assert not compiled().of_type("aws_vpc_endpoint")
    assert "aws_security_group.endpoints" not in compiled("network: {endpoints: [s3]}").resources
