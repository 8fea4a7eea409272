"""Where things stand: the subnets, groups and address of each, a row for what gives them and for what does not."""

import pytest
from stage3c.graph import Graph, Ref, Value
from stage3c.reach.aws_services import AwsService
from stage3c.reach.filters import _permit_text
from stage3c.reach.needs import needed_flows
from stage3c.reach.network import ALL_PORTS, ANYWHERE, Endpoint, Network, Permit, Place, Ports, Via
from stage3c.reach.proofs import known_topology
from stage3c.reach.routes import route_tables
from stage3c.reach.solver import endpoint_on_the_way
from stage3c.reach.topology import (
    places_of_database,
    places_of_load_balancer,
    places_of_mount,
    places_of_service,
    subnet_of,
)
from stage3c.views.runners import runners

from tests.readers.folders import graph_of

NETWORK = """
variable "v" {}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.0.0/24"
}
resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_db_subnet_group" "g" {
  subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
}
resource "aws_elasticache_subnet_group" "g" {
  subnet_ids = [aws_subnet.b.id]
}
resource "aws_security_group" "own" {
  vpc_id = aws_vpc.main.id
}
"""
OWN, DEFAULT = "aws_security_group.own", "aws_vpc.main.default"
Row = tuple[list[str | None], list[str | None], bool | None]


def of(places: list[Place]) -> Row:
    """Subnets, groups and whether there is an address of the internet."""
    groups = {place.groups for place in places}
    assert len(groups) == 1
    return (
        [place.subnet.key if place.subnet else None for place in places],
        [group.key if group else None for group in groups.pop()],
        places[0].public,
    )


def graph(kind: str, body: str) -> Graph:
    return graph_of(f'{NETWORK}resource "{kind}" "x" {{\n{body}\n}}\n')


A, B, UNKNOWN = "aws_subnet.a", "aws_subnet.b", [None]
GROUP = "security_groups = [aws_security_group.own.id]"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"subnet_id = aws_subnet.a.id\n{GROUP}", ([A], [OWN], False)),
        ("subnet_id = aws_subnet.a.id", ([A], [DEFAULT], False)),
        ("subnet_id = aws_subnet.a.id\nsecurity_groups = [var.v]", ([A], UNKNOWN, False)),
        (f"subnet_id = var.v\n{GROUP}", (UNKNOWN, [OWN], False)),
        ("subnet_id = var.v", (UNKNOWN, UNKNOWN, False)),
        ("subnet_id = aws_subnet.a.arn", (UNKNOWN, UNKNOWN, False)),
    ],
)
def test_a_mount_target(body: str, expected: Row) -> None:
    found = graph("aws_efs_mount_target", body)
    assert of(places_of_mount(known_topology(found), found.resources["aws_efs_mount_target.x"])) == expected


DB_GROUP = "vpc_security_group_ids = [aws_security_group.own.id]"
AMONG_CACHES = "subnet_group_name = aws_elasticache_subnet_group.g.name"
AMONG = "db_subnet_group_name = aws_db_subnet_group.g.name"


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("aws_db_instance", f"{AMONG}\n{DB_GROUP}", ([A, B], [OWN], False)),
        ("aws_db_instance", AMONG, ([A, B], [DEFAULT], False)),
        ("aws_db_instance", f"{AMONG}\n{DB_GROUP}\npublicly_accessible = true", ([A, B], [OWN], True)),
        ("aws_db_instance", f"{AMONG}\n{DB_GROUP}\npublicly_accessible = false", ([A, B], [OWN], False)),
        ("aws_db_instance", f"{AMONG}\n{DB_GROUP}\npublicly_accessible = var.v", ([A, B], [OWN], None)),
        ("aws_db_instance", f"db_subnet_group_name = var.v\n{DB_GROUP}", (UNKNOWN, [OWN], False)),
        ("aws_db_instance", DB_GROUP, (UNKNOWN, [OWN], False)),
        ("aws_elasticache_cluster", f"{AMONG_CACHES}\nsecurity_group_ids = [{OWN}.id]", ([B], [OWN], False)),
        ("aws_elasticache_cluster", AMONG_CACHES, ([B], [DEFAULT], False)),
    ],
)  # fmt: skip
def test_a_database(kind: str, body: str, expected: Row) -> None:
    found = graph(kind, body)
    assert of(places_of_database(known_topology(found), found.resources[f"{kind}.x"])) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (DB_GROUP, ([A, B], [OWN], False)),
        (f"db_subnet_group_name = var.v\n{DB_GROUP}", (UNKNOWN, [OWN], False)),
    ],
)
def test_a_replica_stands_among_the_subnets_of_its_source(body: str, expected: Row) -> None:
    source = f'resource "aws_db_instance" "source" {{\n{AMONG}\n}}\n'
    replica = f"replicate_source_db = aws_db_instance.source.identifier\n{body}"
    found = graph_of(f'{NETWORK}{source}resource "aws_db_instance" "x" {{\n{replica}\n}}\n')
    assert of(places_of_database(known_topology(found), found.resources["aws_db_instance.x"])) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Ref(A, "id"), A),
        (Ref(A, "arn"), None),
        (Ref("aws_subnet.none", "id"), None),
        (Ref("aws_vpc.main", "id"), None),
        ("subnet-12345678", None),
        (None, None),
    ],
)
def test_the_subnet_that_an_argument_means(value: Value, expected: str | None) -> None:
    found = subnet_of(known_topology(graph_of(NETWORK)), value)
    assert (found.key if found else None) == expected


BOTH = "subnets = [aws_subnet.a.id, aws_subnet.b.id]"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{BOTH}\n{GROUP}", ([A, B], [OWN], True)),
        (f"{BOTH}\n{GROUP}\ninternal = true", ([A, B], [OWN], False)),
        (f"{BOTH}\n{GROUP}\ninternal = var.v", ([A, B], [OWN], None)),
        (BOTH, ([A, B], [DEFAULT], True)),
        (f'{BOTH}\nload_balancer_type = "network"', ([A, B], [], True)),
        (f'{BOTH}\nload_balancer_type = "network"\n{GROUP}', ([A, B], [OWN], True)),
        (f"subnets = var.v\n{GROUP}", (UNKNOWN, [OWN], True)),
    ],
)
def test_a_load_balancer(body: str, expected: Row) -> None:
    found = graph("aws_lb", body)
    assert of(places_of_load_balancer(known_topology(found), found.resources["aws_lb.x"])) == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (f"{BOTH}\n{GROUP}", ([A, B], [OWN], False)),
        (BOTH, ([A, B], [DEFAULT], False)),
        (f"{BOTH}\n{GROUP}\nassign_public_ip = true", ([A, B], [OWN], True)),
        (f"{BOTH}\n{GROUP}\nassign_public_ip = var.v", ([A, B], [OWN], None)),
        (f"subnets = [aws_subnet.a.id, var.v]\n{GROUP}", ([A, None], [OWN], False)),
        (None, (UNKNOWN, UNKNOWN, None)),
    ],
)
def test_a_service(inner: str | None, expected: Row) -> None:
    task = (
        'resource "aws_ecs_task_definition" "t" {\n  family = "t"\n  network_mode = "awsvpc"\n'
        '  container_definitions = jsonencode([{ name = "a", image = "x" }])\n}\n'
    )
    network = f"network_configuration {{\n{inner}\n}}\n" if inner is not None else ""
    service = f'resource "aws_ecs_service" "x" {{\ntask_definition = aws_ecs_task_definition.t.arn\n{network}}}\n'
    found = graph_of(NETWORK + task + service)
    address = "aws_ecs_service.x"
    assert address in runners(found)
    assert of(places_of_service(known_topology(found), found.resources[address])) == expected


@pytest.mark.parametrize("dns", [True, None, False])
@pytest.mark.parametrize("is_routed", [True, False])
def test_an_interface_without_private_dns_is_not_on_the_way(
    dns: bool | None,  # noqa: FBT001 - an axis of the table
    is_routed: bool,  # noqa: FBT001 - likewise
) -> None:
    found = known_topology(graph_of(NETWORK + 'resource "aws_route_table" "t" {\n  vpc_id = aws_vpc.main.id\n}\n'))
    subnet = found.subnets[A]
    table = subnet.table
    assert table is not None
    service = AwsService("s3")
    interface = Endpoint("interface", service, "aws_vpc.main", gateway=False, private_dns=dns)
    tables = frozenset({table.key}) if is_routed else frozenset()
    gateway = Endpoint("gateway", service, "aws_vpc.main", gateway=True, tables=tables)
    way = endpoint_on_the_way(Network({}, (interface, gateway)), Place("x", subnet), service)
    assert way == (interface if dns is not False else gateway if is_routed else None)


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        (None, "unknown ports from 0.0.0.0/0"),
        (ALL_PORTS, "all ports from 0.0.0.0/0"),
        ((80, 80), "tcp/80 from 0.0.0.0/0"),
        ((80, 90), "tcp/80-90 from 0.0.0.0/0"),
    ],
)
def test_a_permit_in_words(ports: Ports | None, expected: str) -> None:
    assert _permit_text(Permit(ports, ANYWHERE, "x"), "from") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('cidr_block = "0.0.0.0/0"', Via.UNKNOWN),
        ('ipv6_cidr_block = "::/0"', Via.LOCAL),
        ('destination_prefix_list_id = "pl-12345678"', Via.UNKNOWN),
        ('cidr_block = "0.0.0.0/0"\n  ipv6_cidr_block = null', Via.UNKNOWN),
    ],
)
def test_a_route_of_ipv6_alone_leads_nowhere_that_matters(body: str, expected: Via) -> None:
    route_block = f"route {{\n  {body}\n  gateway_id = var.v\n}}"
    found = graph(kind="aws_route_table", body=f"vpc_id = aws_vpc.main.id\n{route_block}")
    (route,) = route_tables(found).tables["aws_route_table.x"].routes
    assert route.via is expected


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        ("aws_ssm_parameter.here.arn", AwsService("ssm")),
        ("aws_ssm_parameter.far.arn", AwsService("ssm", "us-east-1")),
        ("aws_ssm_parameter.far.name", AwsService("ssm", "us-east-1")),
        ("data.aws_ssm_parameter.far.arn", AwsService("ssm", "us-east-1")),
        ("data.aws_ssm_parameter.far.name", AwsService("ssm")),
        ('"arn:aws:ssm:us-east-1:123456789012:parameter/x"', AwsService("ssm", "us-east-1")),
        ('"arn:aws:ssm:eu-west-1:123456789012:parameter/x"', AwsService("ssm")),
        ('"/shop/x"', AwsService("ssm")),
    ],
)
def test_the_region_from_which_a_secret_is_read(secret: str, expected: AwsService) -> None:
    found = graph_of(
        f"""{NETWORK}
provider "aws" {{
  region = "eu-west-1"
}}
provider "aws" {{
  alias  = "far"
  region = "us-east-1"
}}
resource "aws_ssm_parameter" "here" {{
  name = "/here"
}}
resource "aws_ssm_parameter" "far" {{
  provider = aws.far
  name     = "/far"
}}
data "aws_ssm_parameter" "far" {{
  provider = aws.far
  name     = "/elsewhere"
}}
resource "aws_ecs_task_definition" "t" {{
  family                   = "t"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions    = jsonencode([{{ name = "a", image = "x", secrets = [{{ name = "S", valueFrom = {secret} }}] }}])
}}
resource "aws_ecs_service" "x" {{
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.t.arn
  network_configuration {{
    {BOTH}
  }}
}}
"""
    )
    assert [need.service for need in needed_flows(found) if need.service and need.service.name == "ssm"] == [expected]
