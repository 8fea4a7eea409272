"""VPC endpoint has no DNS, subnets or route tables."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, flag
from stage3c.reach.network import Endpoint
from stage3c.reach.proofs import known_topology, vpcs_of_tasks
from stage3c.rules.rule import Rule, found_at

_NAMES = ("service_name", "resource_configuration_arn", "service_network_arn")
_GATEWAYS = ("s3", "dynamodb", "s3express")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at each endpoint's VPC, and at the places or tables that it was given."""
    for endpoint in known_topology(graph).network.endpoints:
        fault = _fault(graph, endpoint, graph.resources.get(endpoint.vpc or ""))
        if fault and graph.resources[endpoint.key].certain:
            yield found_at(graph.resources[endpoint.key], *fault)


def _fault(graph: Graph, endpoint: Endpoint, vpc: Resource | None) -> tuple[str, str] | None:
    resource = graph.resources[endpoint.key]
    if graph.is_handed_out(resource):
        return None
    if all(resource.attributes.get(key) is None for key in _NAMES):
        return f"{endpoint.key} has no service_name.", 'set service_name = "com.amazonaws.eu-central-1.s3".'
    if endpoint.gateway:
        return _fault_of_gateway(graph, endpoint, resource)
    is_missed = endpoint.vpc in vpcs_of_tasks(graph)
    if is_missed and not endpoint.places and resource.attributes.get("subnet_ids") is None:
        return f"{endpoint.key} is an interface endpoint without subnets.", "set subnet_ids = [aws_subnet.NAME.id]."
    if endpoint.private_dns and vpc and not _speaks_dns(vpc):
        cause = f"{endpoint.key} has private_dns_enabled, but {vpc.address} has no DNS support or hostnames."
        return cause, f"set enable_dns_support = true and enable_dns_hostnames = true on {vpc.address}."
    return None


def _fault_of_gateway(graph: Graph, endpoint: Endpoint, resource: Resource) -> tuple[str, str] | None:
    if endpoint.service is not None and endpoint.service.name not in _GATEWAYS:
        cause = f'{endpoint.key} is a gateway endpoint for "{endpoint.service.name}"; only s3 and dynamodb have one.'
        return cause, 'set vpc_endpoint_type = "Interface".'
    idle = endpoint.tables_known and not endpoint.tables and resource.attributes.get("route_table_ids") is None
    cause = f"{endpoint.key} is a gateway endpoint without route tables."
    is_missed = idle and endpoint.vpc in vpcs_of_tasks(graph)
    return (cause, "set route_table_ids = [aws_route_table.NAME.id].") if is_missed else None


def _speaks_dns(vpc: Resource) -> bool:
    """Support is on by default, host names are not; what is not known may be on."""
    support = flag(vpc.attributes.get("enable_dns_support"), default=True)
    names = flag(vpc.attributes.get("enable_dns_hostnames"), default=False)
    return support is not False and names is not False


RULE = Rule(
    id="NET213",
    scope="terraform",
    title="VPC endpoint has no DNS, subnets or route tables",
    what=(
        "An interface endpoint has private DNS in a VPC without DNS support or hostnames, or an endpoint has "
        "no subnets or route tables."
    ),
    why="AWS rejects it at apply, or nothing is routed to the endpoint.",
    fix=(
        "Set enable_dns_support and enable_dns_hostnames on the VPC, subnet_ids of an interface endpoint, "
        "route_table_ids of a gateway endpoint."
    ),
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
