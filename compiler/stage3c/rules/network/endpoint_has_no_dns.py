"""An endpoint that no name or route leads to."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, flag
from stage3c.reach.network import Endpoint
from stage3c.reach.proofs import known_topology
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look at each endpoint's VPC, and at the places or tables that it was given."""
    for endpoint in known_topology(graph).network.endpoints:
        cause = _fault(graph, endpoint, graph.resources.get(endpoint.vpc or ""))
        if cause and graph.resources[endpoint.key].certain:
            origin = graph.resources[endpoint.key].origin
            fix = "set enable_dns_support and enable_dns_hostnames on the VPC, and name subnets or route tables here."
            yield Finding(cause, fix, origin.path, origin.span)


def _fault(graph: Graph, endpoint: Endpoint, vpc: Resource | None) -> str | None:
    resource = graph.resources[endpoint.key]
    if graph.is_handed_out(resource):
        return None
    if resource.attributes.get("service_name") is None:
        return f"{endpoint.key} names no service."
    if endpoint.gateway:
        return _fault_of_gateway(endpoint, resource)
    if not endpoint.places and resource.attributes.get("subnet_ids") is None:
        return f"{endpoint.key} is an interface in no subnet."
    if endpoint.private_dns and vpc and not _speaks_dns(vpc):
        return f"{endpoint.key} asks for private DNS, and {vpc.address} has no DNS support or no host names."
    return None


def _fault_of_gateway(endpoint: Endpoint, resource: Resource) -> str | None:
    if endpoint.service not in (None, "s3", "dynamodb"):
        return f'{endpoint.key} is a gateway for "{endpoint.service}"; there are gateways for s3 and dynamodb alone.'
    idle = endpoint.tables_known and not endpoint.tables and resource.attributes.get("route_table_ids") is None
    return f"{endpoint.key} is a gateway that no route table leads to." if idle else None


def _speaks_dns(vpc: Resource) -> bool:
    """Support is on by default, host names are not; what is not known may be on."""
    support = flag(vpc.attributes.get("enable_dns_support"), default=True)
    names = flag(vpc.attributes.get("enable_dns_hostnames"), default=False)
    return support is not False and names is not False


RULE = Rule(
    id="NET213",
    scope="terraform",
    title="VPC endpoint has no DNS",
    what="An interface endpoint asks for private DNS in a VPC without DNS support or host names, or an endpoint has no way in.",
    why="AWS refuses it at apply, or the endpoint stands there and nothing is routed to it.",
    fix="Set enable_dns_support and enable_dns_hostnames, name subnets for an interface, and route tables for a gateway.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc_endpoint" "logs" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.logs"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
}
""",
    good_terraform="""\
resource "aws_vpc_endpoint" "logs" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.eu-west-1.logs"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.private_a.id, aws_subnet.private_b.id]
}
""",
    check_graph=check,
)
