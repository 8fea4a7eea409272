"""Route to a gateway of another VPC."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, Value, blocks
from stage3c.rules.rule import Rule, at

_TABLES = ("aws_route_table", "aws_default_route_table")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the VPC of each route table with that of the internet gateways in its routes."""
    for route, table, gateway in _routes(graph):
        if gateway is not None and gateway.mode == "resource" and table is not None:
            own, other = _vpc(graph, table), _vpc(graph, gateway)
            if own is not None and other is not None and own != other:
                cause = f"has a route to {gateway.address}, which is attached to a different VPC from {table.address}"
                yield at(route, cause, f"set vpc_id of {gateway.address} to that of the route table")


def _routes(graph: Graph) -> Iterator[tuple[Resource, Resource | None, Resource | None]]:
    for route in graph.of_type("aws_route"):
        yield (
            route,
            graph.target(route.attributes.get("route_table_id")),
            _gateway(graph, route.attributes.get("gateway_id")),
        )
    for table in graph.of_type(*_TABLES):
        for block in blocks(table.attributes.get("route")):
            yield table, table, _gateway(graph, block.get("gateway_id"))


def _gateway(graph: Graph, value: Value) -> Resource | None:
    target = graph.target(value)
    return target if target is not None and target.type == "aws_internet_gateway" else None


def _vpc(graph: Graph, resource: Resource) -> str | None:
    """The address of its VPC, or an id that is written out; None where it is not known, as of one that is looked up."""
    value = graph.resolved(resource.attributes.get("vpc_id"))
    target = graph.target(value)
    if target is not None and isinstance(value, Ref):
        is_made = target.type == "aws_vpc" and target.mode == "resource"
        return target.address if is_made and value.attribute == "id" else None
    return value if isinstance(value, str) else None


RULE = Rule(
    id="NET268",
    scope="terraform",
    title="Route to a gateway of another VPC",
    what="A route table of one VPC has a route to the internet gateway of another.",
    why="AWS rejects the route: route table and gateway belong to different networks.",
    fix="Attach the internet gateway to the VPC of the route table.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_internet_gateway" "main" {
  vpc_id = "vpc-0a1b2c3d4e5f60718"
}
""",
    check_graph=check,
)
