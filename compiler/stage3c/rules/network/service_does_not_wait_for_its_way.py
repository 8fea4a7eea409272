"""A service that may start before its routes and rules are there."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.network import Place
from stage3c.reach.proofs import all_places
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import waits_of
from stage3c.wording import listed

_KINDS = ("aws_route", "aws_route_table_association", "aws_vpc_security_group_egress_rule", "aws_security_group_rule")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what a service waits for with the parts of its way; a service that waits for none leaves it to retries."""
    for service in graph.of_type("aws_ecs_service"):
        waits = waits_of(graph, service)
        way = _way(graph, all_places(graph)[service.address])
        missing = sorted(way - waits)
        if missing and any(wait.split(".")[-2] in _KINDS for wait in service.depends_on if "." in wait):
            origin = service.origin
            cause = f"{service.address} waits for a part of its way, but not for {listed(missing)}."
            yield Finding(cause, f"add {listed(missing)} to its depends_on.", origin.path, origin.span)


def _way(graph: Graph, places: list[Place]) -> set[str]:
    """The routes, associations, and egress rules of one's own resources that packets of these places need."""
    found: set[str] = set()
    for place in places:
        if place.subnet and place.subnet.table:
            found |= {route.component for route in place.subnet.table.routes}
            users = graph.users(graph.resources[place.subnet.key], "aws_route_table_association")
            found |= {user.address for user in users}
        found |= {permit.component for group in place.groups if group for permit in group.egress}
    return {address for address in found if address in graph.resources and graph.resources[address].type in _KINDS}


RULE = Rule(
    id="NET220",
    scope="terraform",
    title="Service does not wait for its way",
    what="A service waits for some of the routes, associations and firewall rules that its tasks need, but not for all of them.",
    why="Tasks that start before the way is there cannot pull their image, and the circuit breaker gives up.",
    fix="Add what is missing to depends_on.",
    source="https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on (2026-11-24)",
    severity=Severity.WARNING,
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
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_subnet" "public" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_eip" "nat" {}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "private" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}

resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.private.id
}

resource "aws_ecs_service" "web" {
  name = "web"
  network_configuration {
    subnets = [aws_subnet.a.id]
  }
  depends_on = [aws_route_table_association.a]
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

resource "aws_subnet" "public" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_eip" "nat" {}

resource "aws_nat_gateway" "main" {
  subnet_id     = aws_subnet.public.id
  allocation_id = aws_eip.nat.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "private" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}

resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.private.id
}

resource "aws_ecs_service" "web" {
  name = "web"
  network_configuration {
    subnets = [aws_subnet.a.id]
  }
  depends_on = [aws_route_table_association.a, aws_route.private]
}
""",
    check_graph=check,
)
