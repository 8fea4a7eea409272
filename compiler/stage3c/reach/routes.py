"""Route tables of a graph: inline routes, routes of their own, and the main table that unassociated subnets fall into."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from stage3c.graph import Graph, Ref, Resource, Value, blocks, network
from stage3c.reach.network import Route, Table, Via

_TABLE_KINDS: Final = ("aws_route_table", "aws_default_route_table")
_TARGETS: Final = (
    "gateway_id", "nat_gateway_id", "transit_gateway_id", "vpc_peering_connection_id", "network_interface_id",
    "vpc_endpoint_id", "egress_only_gateway_id", "carrier_gateway_id", "core_network_arn", "local_gateway_id",
)  # fmt: skip
_KEYS: Final = {"aws_nat_gateway": "nat_gateway_id", "aws_internet_gateway": "gateway_id"}
"""Where a gateway belongs; elsewhere AWS refuses, or blackholes, what Terraform accepts."""
_FOLLOWED_MAX: Final = 20  # references that refer to each other have no end
_MAIN: Final = ("main_route_table_id", "default_route_table_id")


class RouteTables(Struct, frozen=True):
    """Tables by key, the table of each subnet that is associated, and each VPC's main table."""

    graph: Graph
    tables: Mapping[str, Table]
    by_subnet: Mapping[str, str | None]
    main: Mapping[str, str]

    def of_subnet(self, subnet: Resource, vpc: str | None) -> Table | None:
        """The table of a subnet: its own, or its VPC's main one; None where that is not known."""
        if subnet.address in self.by_subnet:
            return self.tables.get(self.by_subnet[subnet.address] or "")
        maybe = self.graph.is_handed_out(subnet) or not _associations_are_known(self.graph)
        return None if maybe else self.tables.get(self.main.get(vpc or "", ""))


def vpc_key(graph: Graph, value: Value) -> str | None:
    """The VPC that a value means: an address of the graph; `?` before what lies outside of it; None where it is not known."""
    value = _vpc_meant(graph, value)
    if isinstance(value, Ref):
        target = graph.target(value)
        return value.address if target and target.type == "aws_vpc" and target.mode == "resource" else f"?{value}"
    return f"?{value}" if isinstance(value, str) else None


def _vpc_meant(graph: Graph, value: Value) -> Value:
    """Follow references as far as an id: a plan or a state knows the id itself, but what it means is the resource."""
    for _ in range(_FOLLOWED_MAX):
        target = graph.target(value)
        if target is None or not isinstance(value, Ref) or value.attribute == "id":
            break
        given = target.attributes.get(value.attribute)
        if given is None:
            break
        value = given
    return value


def route_tables(graph: Graph) -> RouteTables:
    """Read all tables."""
    routes: dict[str, list[Route]] = defaultdict(list)
    loose: set[str] = set()
    owners = graph.of_type(*_TABLE_KINDS)
    for table in owners:
        written = table.attributes.get("route")
        if graph.is_handed_out(table) or not (written is None or isinstance(written, list | tuple | Mapping)):
            loose.add(table.address)
        routes[table.address] += [_route(graph, block, table) for block in blocks(written)]
    stray = False
    for route in graph.of_type("aws_route"):
        owner = table_key(graph, route.attributes.get("route_table_id"))
        stray = stray or owner is None
        if owner and route.certain:
            routes[owner].append(_route(graph, route.attributes, route))
        elif owner:
            loose.add(owner)
    main = {vpc.address: _main_table(graph, vpc) for vpc in graph.of_type("aws_vpc")}
    keys = {*(table.address for table in owners), *main.values()}
    loose |= {key for vpc, key in main.items() if graph.is_handed_out(graph.resources[vpc])}
    loose |= keys if stray else set()
    mains = set(main.values())
    tables = {key: Table(key, _ordered(routes[key]), key not in loose, key in mains) for key in keys}
    return RouteTables(graph, tables, dict(_associations(graph)), main)


def _ordered(routes: list[Route]) -> tuple[Route, ...]:
    """The most specific first."""
    return tuple(sorted(routes, key=lambda route: -(route.destination.prefixlen if route.destination else -1)))


def _main_table(graph: Graph, vpc: Resource) -> str:
    """A VPC's main table: one that was made it, one that was adopted, or the one that AWS makes, `<vpc>.main`."""
    for association in graph.users(vpc, "aws_main_route_table_association"):
        table = association.attributes.get("route_table_id")
        if isinstance(table, Ref):
            return table.address
    for adopted in graph.users(vpc, "aws_default_route_table"):
        return adopted.address
    return f"{vpc.address}.main"


def table_key(graph: Graph, value: Value) -> str | None:
    """The key of the table that a value means, a VPC's main one included; None where it is not known."""
    target = graph.target(value)
    if not isinstance(value, Ref) or target is None:
        return f"?{value}" if isinstance(value, str | Ref) else None
    if target.type == "aws_vpc" and value.attribute in _MAIN:
        return _main_table(graph, target)
    if value.attribute == "route_table_id":
        return table_key(graph, target.attributes.get("route_table_id"))
    return target.address


def _associations(graph: Graph) -> Iterator[tuple[str, str | None]]:
    for association in graph.of_type("aws_route_table_association"):
        subnet = association.attributes.get("subnet_id")
        if isinstance(subnet, Ref):
            table = table_key(graph, association.attributes.get("route_table_id"))
            yield subnet.address, table if association.certain else None


def _associations_are_known(graph: Graph) -> bool:
    """An association of a subnet that is not known may be any subnet's."""
    values = (r.attributes.get("subnet_id") for r in graph.of_type("aws_route_table_association"))
    return all(value is None or isinstance(value, Ref | str) for value in values)


def _route(graph: Graph, block: Mapping[str, Value], origin: Resource) -> Route:
    written = block.get("cidr_block", block.get("destination_cidr_block"))
    other = (block.get(key) for key in ("ipv6_cidr_block", "destination_ipv6_cidr_block"))
    destination = network(graph.resolved(written))
    via, target = _via(graph, block)
    if written is None and any(value is not None for value in other):
        via, destination = Via.LOCAL, None  # IPv6 alone: of no use to us
    return Route(destination, via, target, origin.address)


def _via(graph: Graph, block: Mapping[str, Value]) -> tuple[Via, str]:
    given = [(key, block[key]) for key in _TARGETS if block.get(key) not in (None, "")]
    if not given:
        return Via.NOWHERE, "nothing"
    key, value = given[0]
    if value == "local":
        return Via.LOCAL, "local"
    target = graph.target(value)
    if target is None or target.mode != "resource" or not target.certain:
        return Via.UNKNOWN, str(value) if isinstance(value, Ref | str) else "an unknown target"
    if key == "nat_gateway_id" and target.type == "aws_nat_gateway":
        return Via.NAT, target.address
    if key == "gateway_id" and target.type == "aws_internet_gateway":
        return (Via.INTERNET if _is_attached(graph, target) else Via.NOWHERE), target.address
    misplaced = _KEYS.get(target.type, key) != key
    return (Via.NOWHERE, f"{target.address}, which is no {key}") if misplaced else (Via.UNKNOWN, target.address)


def _is_attached(graph: Graph, gateway: Resource) -> bool:
    return (
        gateway.attributes.get("vpc_id") is not None
        or bool(graph.users(gateway, "aws_internet_gateway_attachment"))
        or graph.is_handed_out(gateway)
    )
