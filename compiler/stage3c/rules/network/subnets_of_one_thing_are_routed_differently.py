"""Subnets of one resource have different default routes."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.network import ANYWHERE, Subnet, Via
from stage3c.reach.proofs import all_places
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare where the subnets of each thing lead."""
    seen: set[frozenset[str]] = set()
    for address, places in all_places(graph).items():
        subnets = [place.subnet for place in places if place.subnet]
        ways = {_way(subnet): subnet.key for subnet in subnets if _way(subnet) is not None}
        key = frozenset(subnet.key for subnet in subnets)
        if len(ways) > 1 and key not in seen:
            seen.add(key)
            told = ", ".join(f"{subnet} to {way}" for way, subnet in ways.items())
            cause = f"{address} is in subnets with different default routes: {told}."
            yield found_at(graph.resources[address], cause, "associate these subnets with the same route table.")


def _way(subnet: Subnet) -> str | None:
    if subnet.table is None or not subnet.table.complete:
        return None
    route = next((route for route in subnet.table.routes if route.destination == ANYWHERE), None)
    if route is None:
        return "no internet"
    return None if route.via is Via.UNKNOWN else route.via.value


RULE = Rule(
    id="NET212",
    scope="terraform",
    title="Subnets of one resource have different default routes",
    what="A load balancer, service or database is in subnets whose default routes have different kinds of targets.",
    why="It works in one subnet and fails in the other.",
    fix="Associate the subnets with the same route table.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_db_subnet_group" "main" {
  name       = "shop"
  subnet_ids = [aws_subnet.private_a.id, aws_subnet.public_b.id]
}
""",
    check_graph=check,
)
