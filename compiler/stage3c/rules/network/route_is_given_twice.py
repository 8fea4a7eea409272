"""Two routes have the same destination."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Value, blocks
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Block

_TABLES: Final = ("aws_route_table", "aws_default_route_table")
_INLINE: Final = ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id")
_SEPARATE: Final = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")


def check(graph: Graph) -> Iterator[Finding]:
    """Collect the destinations of each route table, and the tables of each subnet."""
    routes: dict[tuple[str, str], list[Resource]] = defaultdict(list)
    for owner, table, block, keys in _routes(graph):
        for key in keys:
            destination = _text(block.get(key))
            if destination:
                routes[table, destination].append(owner)
    for (table, destination), owners in routes.items():
        if len(owners) > 1 and all(owner.certain for owner in owners):
            cause = f"is the second route of {table} to {destination}"
            yield at(owners[-1], cause, "remove one of the two, or change its destination")
    yield from _associated_twice(graph)
    for owner, table, block, keys in _routes(graph):
        vpc = graph.target(graph.resources[table].attributes.get("vpc_id")) if table in graph.resources else None
        own = vpc.attributes.get("cidr_block") if vpc is not None else None
        if _is_new(owner) and isinstance(own, str) and block.get(keys[0]) == own and block.get("nat_gateway_id"):
            cause = f"has a route to {own}, the range of {vpc.address if vpc else 'its VPC'}, which the local route already has"
            yield at(owner, cause, "change its destination")


def _is_new(route: Resource) -> bool:
    """An inline route may replace the target of the local one, and so may one that is there already."""
    return route.type == "aws_route" and bool(route.spans)


def _routes(graph: Graph) -> Iterator[tuple[Resource, str, Block, tuple[str, ...]]]:
    for table in graph.of_type(*_TABLES):
        yield from ((table, table.address, block, _INLINE) for block in blocks(table.attributes.get("route")))
    for route in graph.of_type("aws_route"):
        owner = route.attributes.get("route_table_id")
        if isinstance(owner, Ref) and owner.attribute == "id":
            yield route, owner.address, route.attributes, _SEPARATE


def _text(value: Value) -> str | None:
    return str(value) if isinstance(value, str | Ref) and value != "" else None


def _associated_twice(graph: Graph) -> Iterator[Finding]:
    """A subnet has one route table; a second association fails with Resource.AlreadyAssociated."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for association in graph.of_type("aws_route_table_association"):
        subnet = association.attributes.get("subnet_id")
        if isinstance(subnet, Ref) and subnet.attribute == "id" and association.certain:
            found[subnet.address].append(association)
    for subnet_address, associations in found.items():
        if len(associations) > 1:
            cause = f"is the second association of {subnet_address}, after {associations[0].address}"
            yield at(associations[-1], cause, "remove one of the two")


RULE = Rule(
    id="NET231",
    scope="terraform",
    title="Two routes have the same destination",
    what="A route table has two routes to one destination, the local one included, or a subnet has two route tables.",
    why="EC2 rejects the second one at apply: RouteAlreadyExists, or Resource.AlreadyAssociated.",
    fix="Remove one of the two.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html (2026-11-28)",
    bad_terraform="""\
resource "aws_route" "again" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}
""",
    check_graph=check,
)
