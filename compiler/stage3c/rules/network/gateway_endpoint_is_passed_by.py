"""VPC endpoint is not used by the route table."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.network import Endpoint, Place
from stage3c.reach.proofs import all_places, known_topology
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare permits for prefix lists with route tables; an interface that users of other zones share is the same fault."""
    endpoints = known_topology(graph).network.endpoints
    gateways = [endpoint for endpoint in endpoints if endpoint.gateway and endpoint.tables_known]
    for address, places in all_places(graph).items():
        for place in places:
            table = place.subnet.table if place.subnet else None
            for gateway in (each for each in gateways if table and _is_passed_by(each, place, table.key)):
                assert table is not None
                cause = f"is not associated with {table.key}, which {address} uses"
                yield at(graph.resources[gateway.key], cause, f"add {table.key} to its route_table_ids")
    used = {place.subnet.key for places in all_places(graph).values() for place in places if place.subnet}
    for endpoint in endpoints:
        if not endpoint.gateway and endpoint.private_dns is False and endpoint.service is not None:
            cause = "has no private DNS, so calls to the usual service name do not use it"
            yield at(graph.resources[endpoint.key], cause, "set private_dns_enabled = true")
        here = {place.subnet.key for place in endpoint.places if place.subnet}
        if not endpoint.gateway and len(here) == 1 and len(used) > 1 and len(known_topology(graph).subnets) > 1:
            cause = "is in one subnet, but its clients are in several"
            yield at(graph.resources[endpoint.key], cause, "add one subnet per zone to subnet_ids")


def _is_passed_by(gateway: Endpoint, place: Place, table: str) -> bool:
    """Tell whether a place sends to the service of a gateway of its VPC, but its route table leads past it."""
    peers = {permit.peer for permit in place.permits("egress")}
    same_vpc = place.subnet is not None and place.subnet.vpc == gateway.vpc
    return same_vpc and gateway.service is not None and gateway.service in peers and table not in gateway.tables


RULE = Rule(
    id="NET224",
    scope="terraform",
    title="VPC endpoint is not used by the route table",
    what="A service may send to a gateway endpoint, but the route table of its subnet has no route to it.",
    why="The traffic uses the NAT gateway and is billed, or it is dropped.",
    fix="Add the route table to `route_table_ids` of the endpoint.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.eu-west-1.s3"
  route_table_ids = [aws_route_table.public.id]
}

resource "aws_vpc_security_group_egress_rule" "web_to_aws" {
  security_group_id = aws_security_group.web.id
  prefix_list_id    = aws_vpc_endpoint.s3.prefix_list_id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
""",
    check_graph=check,
)
