"""Addresses that a container is given, followed to what answers there."""

import pytest
from stage3c.reach.calls import called, port_beside
from stage3c.reach.network import Extent
from stage3c.reach.proofs import proofs
from stage3c.views.tasks import containers

from tests.policy.test_proofs import graph_with

TASK = """\
resource "aws_ecs_task_definition" "web" {{
  family = "shop-web"
  network_mode = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([{{ name = "web", image = "nginx:1", environment = [{}] }}])
}}
"""
DATABASE, BALANCER = "aws_db_instance.main", "aws_lb.web"


def flows(kind: str, *variables: tuple[str, str]) -> list[tuple[str, int, Extent]]:
    written = ", ".join(f'{{ name = "{name}", value = {value} }}' for name, value in variables)
    found = [proof for proof in proofs(graph_with(TASK.format(written))) if proof.need.kind == kind]
    return [(proof.need.ends[1], proof.need.port, proof.extent) for proof in found]


@pytest.mark.parametrize(
    ("variables", "port", "extent"),
    [
        ([("DB_HOST", f"{DATABASE}.address")], 5432, Extent.ALL),
        ([("DB_HOST", f"{DATABASE}.address"), ("DB_PORT", '"5432"')], 5432, Extent.ALL),
        ([("DB_HOST", f"{DATABASE}.address"), ("DB_PORT", '"3306"')], 3306, Extent.NONE),
        ([("DB_HOST", f"{DATABASE}.address"), ("DB_PORT", f"tostring({DATABASE}.port)")], 5432, Extent.ALL),
        ([("DB_HOST", f"{DATABASE}.address"), ("OTHER_PORT", '"3306"')], 5432, Extent.ALL),
        ([("HOST", f"{DATABASE}.address"), ("PORT", '"3306"')], 3306, Extent.NONE),
        ([("DB_URL", f'"postgres://u@${{{DATABASE}.address}}:5432/shop"')], 5432, Extent.ALL),
        ([("DB_URL", f'"postgres://u@${{{DATABASE}.address}}:5433/shop"')], 5433, Extent.NONE),
    ],
)
def test_the_address_of_a_database(variables: list[tuple[str, str]], port: int, extent: Extent) -> None:
    assert flows("database", *variables) == [(DATABASE, port, extent)]


@pytest.mark.parametrize(
    ("variables", "port", "extent"),
    [
        ([("API", f'"https://${{{BALANCER}.dns_name}}/x"')], 443, Extent.ALL),
        ([("API", f'"https://${{{BALANCER}.dns_name}}:8443/x"')], 8443, Extent.NONE),
        ([("API_HOST", f"{BALANCER}.dns_name"), ("API_PORT", '"443"')], 443, Extent.ALL),
        ([("API_HOST", f"{BALANCER}.dns_name"), ("API_PORT", '"9000"')], 9000, Extent.NONE),
    ],
)
def test_the_address_of_a_load_balancer(variables: list[tuple[str, str]], port: int, extent: Extent) -> None:
    assert flows("call", *variables) == [(BALANCER, port, extent)]


def test_a_call_at_a_port_that_is_not_known_is_no_need() -> None:
    assert flows("call", ("API", f"{BALANCER}.dns_name")) == []  # it has two listeners
    assert flows("call", ("API", f'"grpc://${{{BALANCER}.dns_name}}"')) == []
    assert flows("call", ("API", f"{BALANCER}.arn")) == []


def values(text: str) -> list[tuple[str, int | None]]:
    """The load balancers called in a value, and the ports."""
    more = (
        f'variable "x" {{}}\noutput "o" {{\n  value = {text}\n}}\n'
        'resource "aws_lb" "two" {\n  name = "two"\n  subnets = []\n}\n'
        'resource "aws_lb_listener" "two" {\n  load_balancer_arn = aws_lb.two.arn\n  port = 9000\n}\n'
        'resource "aws_lb" "none" {\n  name = "none"\n  subnets = []\n}\n'
        'resource "aws_route53_record" "two" {\n  name = "Two.example.com."\n  type = "A"\n'
        "  alias {\n    name = aws_lb.two.dns_name\n  }\n}\n"
        'resource "aws_route53_record" "hidden" {\n  name = var.x\n  type = "A"\n'
        "  alias {\n    name = aws_lb.two.dns_name\n  }\n}\n"
        'resource "aws_route53_record" "elsewhere" {\n  name = "elsewhere.example.com"\n  type = "A"\n'
        '  alias {\n    name = "x.elb.amazonaws.com"\n  }\n}\n'
        'resource "aws_route53_record" "site" {\n  name = "site.example.com"\n  type = "A"\n'
        "  alias {\n    name = aws_s3_bucket.site.bucket\n  }\n}\n"
        'resource "aws_s3_bucket" "site" {\n  bucket = "site"\n}\n'
    )
    graph = graph_with(more)
    return [(balancer.resource.address, port) for balancer, port in called(graph, graph.outputs["o"].value)]


TWO = "aws_lb.two.dns_name"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TWO, [("aws_lb.two", 9000)]),  # its only listener
        ("aws_lb.web.dns_name", [("aws_lb.web", None)]),  # one of two
        ("aws_lb.none.dns_name", [("aws_lb.none", None)]),
        (f'"${{{TWO}}}"', [("aws_lb.two", 9000)]),
        (f'"${{{TWO}}}:8080"', [("aws_lb.two", 8080)]),
        (f'"${{{TWO}}}:80800000"', [("aws_lb.two", 9000)]),
        (f'"${{{TWO}}}${{aws_s3_bucket.site.id}}"', [("aws_lb.two", None)]),
        (f'"http://${{{TWO}}}"', [("aws_lb.two", 80)]),
        (f'"https://${{{TWO}}}"', [("aws_lb.two", 443)]),
        (f'"ws://${{{TWO}}}/x"', [("aws_lb.two", 80)]),
        (f'"wss://${{{TWO}}}/x"', [("aws_lb.two", 443)]),
        (f'"grpc://${{{TWO}}}"', [("aws_lb.two", None)]),
        (f'"http://user@${{{TWO}}}"', [("aws_lb.two", 80)]),
        (f'"a=1,http://${{{TWO}}}:81,http://${{aws_lb.web.dns_name}}"', [("aws_lb.two", 81), ("aws_lb.web", 80)]),
        (f'"http://user:pw@${{{TWO}}}"', [("aws_lb.two", 80)]),
        ("aws_lb.two.arn", []),
        ("aws_lb.two.name", []),
        ("aws_s3_bucket.site.bucket", []),
        ("var.x", []),
        ('"http://two.example.com"', [("aws_lb.two", 80)]),
        ('"https://two.example.com"', [("aws_lb.two", 443)]),
        ('"https://TWO.example.com./x"', [("aws_lb.two", 443)]),
        ('"http://two.example.com?x=1"', [("aws_lb.two", 80)]),
        ('"http://two.example.com:8080/x"', [("aws_lb.two", 8080)]),
        ('"http://other.example.com"', []),
        ('"http://site.example.com"', []),
        ('"http://elsewhere.example.com"', []),
        ('"ftp://two.example.com"', []),
        ('"two.example.com"', []),
        ('"http://two.example.com-x"', []),
    ],
)
def test_which_load_balancer_and_port_an_address_means(text: str, expected: list[tuple[str, int | None]]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("name", "other", "expected"),
    [
        ("DB_HOST", "DB_PORT", 1),
        ("DBHOST", "DB_PORT", 1),
        ("DB_HOSTNAME", "DB_PORT", 1),
        ("DB_ADDRESS", "DB_PORT", 1),
        ("DB_ENDPOINT", "DB_PORT", 1),
        ("DB_SERVER", "DB_PORT", 1),
        ("db_host", "db_port", 1),
        ("HOST", "PORT", 1),
        ("HOST", "DB_PORT", None),
        ("DB_HOST", "PORT", None),
        ("DB_URL", "DB_PORT", None),
        ("HOST_OF_DB", "PORT", None),
    ],
)
def test_the_port_that_belongs_to_a_host(name: str, other: str, expected: int | None) -> None:
    overlay = TASK.format(f'{{ name = "{name}", value = "h" }}, {{ name = "{other}", value = "1" }}')
    graph = graph_with(overlay)
    ((_, container),) = containers(graph)
    assert port_beside(graph, container, name) == expected
    assert port_beside(graph, container, None) is None


@pytest.mark.parametrize("attribute", ["address", "endpoint"])
def test_the_attributes_that_are_addresses(attribute: str) -> None:
    assert flows("database", ("DB_HOST", f"{DATABASE}.{attribute}"), ("DB_PORT", '"1"')) == [(DATABASE, 1, Extent.NONE)]


def test_a_port_is_taken_from_the_address_and_from_nothing_else_of_a_database() -> None:
    assert flows("database", ("DB_HOST", f"{DATABASE}.identifier"), ("DB_PORT", '"1"')) == [
        (DATABASE, 5432, Extent.ALL)
    ]
    url = ("DB_URL", f'"x://${{{DATABASE}.address}}/shop:1"')
    assert flows("database", url) == [(DATABASE, 5432, Extent.ALL)]
    both = ("DB_URL", f'"x://${{{DATABASE}.address}}:5432/a,x://${{{DATABASE}.address}}:5433/b"')
    assert sorted(port for _, port, _ in flows("database", both)) == [5432, 5433]
    host_in_text = ("DB_HOST", f'"x${{{DATABASE}.address}}"')
    assert flows("database", host_in_text, ("DB_PORT", '"1"')) == [(DATABASE, 5432, Extent.ALL)]
