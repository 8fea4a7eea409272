"""Internal load balancer is configured like a public one."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, flag
from stage3c.reach.network import ANYWHERE, leads_to_the_internet, open_to_anywhere
from stage3c.reach.proofs import known_topology, places
from stage3c.rules.rule import Rule, found_at
from stage3c.views.load_balancers import load_balancers


def check(graph: Graph) -> Iterator[Finding]:
    """Ask what would be strange about each internal load balancer."""
    for balancer in (each.resource for each in load_balancers(graph) if each.is_public is False):
        for why in _contradictions(graph, balancer):
            fix = "set internal = false, or allow only the security groups of its clients."
            yield found_at(balancer, f"{balancer.address} is internal, but {why}.", fix)


def _contradictions(graph: Graph, balancer: Resource) -> Iterator[str]:
    wide = open_to_anywhere(places(graph, balancer)[:1])
    if wide:
        yield f"{wide} allows inbound traffic from {ANYWHERE}"
    for place in places(graph, balancer):
        if place.subnet is not None and leads_to_the_internet(place.subnet) and _has_private(graph, place.subnet.vpc):
            yield f"{place.subnet.key} has a route to an internet gateway"
    for record in graph.users(balancer, "aws_route53_record"):
        zone = graph.target(record.attributes.get("zone_id"))
        given = zone.attributes if zone else {"vpc": "not known"}
        private = given.get("vpc") is not None or flag(given.get("private_zone"), default=False)
        if blocks(record.attributes.get("alias")) and private is False:
            yield f"{record.address} is in a public zone"


def _has_private(graph: Graph, vpc: str | None) -> bool:
    """Tell whether a VPC has a subnet that does not lead to the internet, where an internal load balancer belongs."""
    others = [subnet for subnet in known_topology(graph).subnets.values() if subnet.vpc == vpc]
    return any(subnet.table and subnet.table.complete and not leads_to_the_internet(subnet) for subnet in others)


RULE = Rule(
    id="NET218",
    scope="terraform",
    title="Internal load balancer is configured like a public one",
    what="A load balancer is internal, but allows the whole internet, has a public DNS name or is in public subnets.",
    why="Its name resolves to private addresses, so clients outside the VPC get no response.",
    fix="Set `internal = false`, or allow only the security groups of its clients.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_lb" "internal" {
  internal        = true
  subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
  security_groups = [aws_security_group.load_balancer.id]
}
""",
    check_graph=check,
)
