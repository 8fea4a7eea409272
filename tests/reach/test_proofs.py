"""What a proof says of all its ways, and whether anything listens at their end: a row for each side."""

import pytest
from stage3c.graph import Graph, Origin, Ref, Resource
from stage3c.reach.needs import Need, needed_flows
from stage3c.reach.network import ANYWHERE, Answer, Extent, Hop, Route, Subnet, Table, Via, leads_to_the_internet
from stage3c.reach.proofs import Proof, ports_served, proofs
from stage3c.reach.routes import vpc_key

from tests.policy.test_proofs import graph_with

ALL, SOME, NONE, UNKNOWN = Extent.ALL, Extent.SOME, Extent.NONE, Extent.UNKNOWN


@pytest.mark.parametrize(
    ("ways", "extent", "blockers"),
    [
        ([], ALL, ""),
        ([[ALL], [ALL]], ALL, ""),
        ([[ALL], [UNKNOWN]], UNKNOWN, ""),
        ([[ALL], [SOME]], SOME, "1.0"),
        ([[UNKNOWN], [SOME]], SOME, "1.0"),
        ([[SOME], [NONE]], NONE, "0.0 1.0"),
        ([[UNKNOWN], [NONE]], NONE, "1.0"),
        ([[UNKNOWN, SOME], [ALL]], UNKNOWN, ""),  # a way that is merely unknown blocks nothing
        ([[NONE, SOME], [ALL]], NONE, "0.0 0.1"),
    ],
)
def test_a_proof_is_as_good_as_its_worst_way(ways: list[list[Extent]], extent: Extent, blockers: str) -> None:
    nothing = Resource("aws_lb", "x", {}, Origin())
    answers = tuple(
        Answer(tuple(Hop((f"{at}.{number}",), "", hop) for number, hop in enumerate(way)))
        for at, way in enumerate(ways)
    )
    proof = Proof(Need("image", nothing, None, 443, "", nothing), answers)
    assert (proof.extent, [hop.component for hop in proof.blockers]) == (extent, blockers.split())


INTERNET = Route(ANYWHERE, Via.INTERNET, "igw", "route")


@pytest.mark.parametrize(
    ("table", "leads"),
    [
        (Table("t", (INTERNET,)), True),
        (Table("t", (INTERNET,), complete=False), False),  # certainly, or not at all
        (Table("t", (INTERNET._replace(via=Via.NAT),)), False),
        (Table("t", (INTERNET._replace(destination=None),)), False),
        (Table("t"), False),
        (None, False),
    ],
)
def test_a_subnet_that_certainly_leads_to_the_internet(table: Table | None, leads: bool) -> None:  # noqa: FBT001 - a row
    assert leads_to_the_internet(Subnet("s", "vpc", None, table)) is leads


def test_a_vpc_is_itself_also_where_its_id_is_known() -> None:
    """As in a plan or a state."""
    vpc = Resource("aws_vpc", "main", {"id": "vpc-1", "arn": "arn:x"}, Origin())
    subnet = Resource("aws_subnet", "a", {"vpc_id": Ref("aws_vpc.main", "id")}, Origin())
    graph = Graph.of([vpc, subnet])
    assert vpc_key(graph, Ref("aws_vpc.main", "id")) == "aws_vpc.main"
    assert vpc_key(graph, Ref("aws_subnet.a", "vpc_id")) == "aws_vpc.main"
    assert vpc_key(graph, Ref("aws_vpc.main", "arn")) == "?arn:x"


CALLER = """\
resource "aws_ecs_task_definition" "web" {{
  family = "shop-web"
  network_mode = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  container_definitions = jsonencode([{{ name = "web", image = "nginx:1", environment = [{{ name = "API", value = {} }}] }}])
}}
variable "v" {{}}
"""
OTHER = (
    'resource "aws_lb" "other" {\n  name = "other"\n  subnets = [aws_subnet.public_a.id, aws_subnet.public_b.id]\n}\n'
)
LISTENS = 'resource "aws_lb_listener" "other" {{\n  load_balancer_arn = aws_lb.other.arn\n  port = {}\n}}\n'
HANDED_OUT = 'module "m" {\n  source = "a/b/aws"\n  lb = aws_lb.other.arn\n}\n'
LOOKED_UP = (
    'data "aws_lb" "other" {\n  name = "other"\n}\n'
    'data "aws_lb_listener" "other" {\n  load_balancer_arn = data.aws_lb.other.arn\n  port = 80\n}\n'
)
URL = '"http://${aws_lb.other.dns_name}:8080"'


@pytest.mark.parametrize(
    ("more", "silent"),
    [
        (OTHER, False),  # without any listener: a fault of its own
        (OTHER + LISTENS.format(8080), False),
        (OTHER + LISTENS.format(80), True),
        (OTHER + LISTENS.format("var.v"), False),
        (OTHER + LISTENS.format(80) + HANDED_OUT, False),  # the module may add a listener
        (LOOKED_UP, False),
    ],
)
def test_a_load_balancer_that_does_not_listen_where_it_is_called(more: str, silent: bool) -> None:  # noqa: FBT001 - a row
    url = URL.replace("aws_lb", "data.aws_lb") if more == LOOKED_UP else URL
    (proof,) = (each for each in proofs(graph_with(CALLER.format(url) + more)) if each.need.kind == "call")
    told = [hop.text for answer in proof.answers for hop in answer.hops if "no listener" in hop.text]
    assert told == ["has no listener on tcp/8080"] * len(proof.answers) * silent
    assert not silent or proof.answers


def test_only_calls_end_at_a_listener() -> None:
    """A health check, or a target, is asked for at a port at which no listener is."""
    for proof in proofs(graph_with("")):
        assert not [hop for answer in proof.answers for hop in answer.hops if "listen" in hop.text], proof.need.text


DB = '"x://${{aws_db_instance.main.address}}:{}/shop"'


@pytest.mark.parametrize(
    ("port", "more", "told"),
    [
        (5432, "", []),
        (3306, "", ["listens on tcp/5432"]),
        (3306, 'resource "aws_db_instance" "main" {\n  engine = "postgres"\n  port = var.v\n}\n', []),
    ],
)
def test_a_database_that_does_not_listen_where_it_is_queried(port: int, more: str, told: list[str]) -> None:
    found = proofs(graph_with(CALLER.format(DB.format(port)) + more))
    (proof,) = (each for each in found if each.need.kind == "database")
    assert sorted({hop.text for answer in proof.answers for hop in answer.hops if "listens" in hop.text}) == told


def test_the_ports_that_are_served() -> None:
    endpoint = (
        'resource "aws_vpc_endpoint" "e" {\n  vpc_id = aws_vpc.main.id\n'
        '  service_name = "com.amazonaws.eu-west-1.s3"\n}\n'
    )
    hidden = LISTENS.replace('"other" ', '"two" ').format("var.v")
    graph = graph_with(CALLER.format(URL) + OTHER + LISTENS.format(80) + hidden + endpoint)
    assert ports_served(graph, "aws_vpc_endpoint.e") == {443}
    assert ports_served(graph, "aws_lb.other") == {80}  # to be called is not to listen
    assert ports_served(graph, "aws_vpc.main") == set()
    assert {need.kind for need in needed_flows(graph)} >= {"call", "client", "target"}
