"""Two endpoints have the same private DNS name, or peered VPCs overlap."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, flag, network
from stage3c.rules.rule import Rule, at

_SIDES: Final = ("vpc_id", "peer_vpc_id")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the interface endpoints of each VPC, and the ranges of peered VPCs, where the graph makes both."""
    seen: dict[tuple[str, str], Resource] = {}
    for endpoint in graph.of_type("aws_vpc_endpoint"):
        attributes = endpoint.attributes
        vpc, service = graph.target(attributes.get("vpc_id")), graph.resolved(attributes.get("service_name"))
        is_named = flag(attributes.get("private_dns_enabled"), default=False) is True and endpoint.certain
        if (
            attributes.get("vpc_endpoint_type") != "Interface"
            or not is_named
            or vpc is None
            or not isinstance(service, str)
        ):
            continue
        first = seen.setdefault((vpc.address, service), endpoint)
        if first is not endpoint:
            cause = f"has private DNS for {service}, as {first.address} in the same VPC"
            yield at(endpoint, cause, "keep one endpoint, or set private_dns_enabled = false")
    for peering in graph.of_type("aws_vpc_peering_connection"):
        vpcs = [graph.target(peering.attributes.get(key)) for key in _SIDES]
        one, other = (network(vpc.attributes.get("cidr_block")) if vpc is not None else None for vpc in vpcs)
        if one is not None and other is not None and one.overlaps(other):
            yield at(peering, f"connects VPCs whose ranges overlap: {one} and {other}", "change the range of one VPC")


RULE = Rule(
    id="NET238",
    scope="terraform",
    title="Endpoints or VPCs overlap",
    what="Two interface endpoints in one VPC have private DNS for the same service, or the ranges of two peered VPCs overlap.",
    why="AWS rejects the second endpoint with a conflicting DNS domain, and the peering connection fails.",
    fix="Keep one endpoint of each service, and give VPCs that are peered ranges of their own.",
    source="https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html (from memory)",
    bad_terraform="""\
resource "aws_vpc" "other" {
  cidr_block = "10.0.128.0/20"
}

resource "aws_vpc_peering_connection" "other" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.other.id
  auto_accept = true
}
""",
    good_terraform="""\
resource "aws_vpc" "other" {
  cidr_block = "10.1.0.0/20"
}

resource "aws_vpc_peering_connection" "other" {
  vpc_id      = aws_vpc.main.id
  peer_vpc_id = aws_vpc.other.id
  auto_accept = true
}
""",
    check_graph=check,
)
