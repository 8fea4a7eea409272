"""A graph as a network: its subnets with their route tables, its gateways and endpoints, and where things stand in it."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from stage3c.graph import Graph, Ref, Resource, Value, flag, items, network
from stage3c.reach.aws_services import service_of_endpoint
from stage3c.reach.firewalls import group_key, network_acls, security_groups
from stage3c.reach.network import (
    EPHEMERAL,
    EPHEMERAL_OF_LINUX,
    Acl,
    Endpoint,
    Group,
    Nat,
    Network,
    Place,
    Ports,
    Subnet,
)
from stage3c.reach.routes import route_tables, table_key, vpc_key
from stage3c.views.load_balancers import load_balancer
from stage3c.views.runners import runners

_UNKNOWN_ACL: Final = "an unknown network ACL"


class Topology(Struct, frozen=True):
    """A graph with what the solver needs of it, read once."""

    graph: Graph
    network: Network
    subnets: Mapping[str, Subnet]
    groups: Mapping[str, Group]


def topology(graph: Graph) -> Topology:
    """Read the network of a graph."""
    groups, subnets = security_groups(graph), _subnets(graph)
    bare = Topology(graph, Network(), subnets, groups)
    nats = {nat.address: _nat(bare, nat) for nat in graph.of_type("aws_nat_gateway")}
    endpoints = tuple(_endpoint(bare, endpoint) for endpoint in graph.of_type("aws_vpc_endpoint"))
    closed = not any(resource.mode == "module" for resource in graph.resources.values()) and all(
        subnet.vpc in {vpc.address for vpc in graph.of_type("aws_vpc")} for subnet in subnets.values()
    )
    return Topology(graph, Network(nats, endpoints, closed), subnets, groups)


def places_of_load_balancer(known: Topology, balancer: Resource) -> list[Place]:
    """One place for each subnet of a load balancer; without groups, as some network load balancers are, nothing filters."""
    view = load_balancer(known.graph, balancer)
    assert view is not None
    groups = _groups(known, balancer.attributes.get("security_groups"))
    if not groups and view.kind == "application":
        groups = _default_group(known, view.subnets)
    return _places(known, balancer.address, view.subnets, groups, view.is_public)


def places_of_service(known: Topology, service: Resource) -> list[Place]:
    """One place for each subnet in which an ECS service, or a job, may start tasks."""
    interfaces = next(iter(runners(known.graph)[service.address].network), None)
    if interfaces is None:
        return [Place(service.address, None, (None,), None)]
    public = flag(interfaces.get("assign_public_ip"), default=False)
    subnets = interfaces.get("subnets")
    groups = _groups(known, interfaces.get("security_groups")) or _default_group(known, subnets)
    return _places(known, service.address, subnets, groups, public, EPHEMERAL_OF_LINUX)


def places_of_database(known: Topology, database: Resource) -> list[Place]:
    """One place for each subnet in which RDS may put an instance or a cluster."""
    written = database.attributes.get("db_subnet_group_name", database.attributes.get("subnet_group_name"))
    source = known.graph.target(database.attributes.get("replicate_source_db"))
    if written is None and source is not None:  # a replica in the same region stands among the subnets of its source
        written = source.attributes.get("db_subnet_group_name")
    group = known.graph.target(written)
    subnets = group.attributes.get("subnet_ids") if group else None
    public = flag(database.attributes.get("publicly_accessible"), default=False)
    ids = database.attributes.get("vpc_security_group_ids", database.attributes.get("security_group_ids"))
    groups = _groups(known, ids) or _default_group(known, subnets)
    return _places(known, database.address, subnets, groups, public)


def places_of_mount(known: Topology, mount: Resource) -> list[Place]:
    """The place of a file system's mount target."""
    groups = _groups(known, mount.attributes.get("security_groups"))
    subnets = mount.attributes.get("subnet_id")
    return _places(known, mount.address, subnets, groups or _default_group(known, subnets), public=False)


def subnet_of(known: Topology, value: Value) -> Subnet | None:
    """The subnet that a reference means, if the graph has it."""
    target = known.graph.target(value)
    return known.subnets.get(target.address) if target and isinstance(value, Ref) and value.attribute == "id" else None


def _places(
    known: Topology,
    key: str,
    subnets: Value,
    groups: tuple[Group | None, ...],
    public: bool | None,  # noqa: FBT001 - a fact, not a switch
    ephemeral: Ports = EPHEMERAL,
) -> list[Place]:
    found = [subnet_of(known, value) for value in items(subnets)] or [None]
    return [Place(key, subnet, groups, public, ephemeral) for subnet in found]


def _groups(known: Topology, value: Value) -> tuple[Group | None, ...]:
    return tuple(known.groups.get(group_key(known.graph, member) or "") for member in items(value))


def _default_group(known: Topology, subnets: Value) -> tuple[Group | None, ...]:
    """What is given no group at all gets its VPC's default one."""
    first = next((subnet_of(known, value) for value in items(subnets)), None)
    return (known.groups.get(f"{first.vpc}.default"),) if first else (None,)


def _subnets(graph: Graph) -> dict[str, Subnet]:
    tables, known, acls = route_tables(graph), network_acls(graph), _acls(graph)
    found = {}
    for subnet in graph.of_type("aws_subnet"):
        address, vpc = subnet.address, vpc_key(graph, subnet.attributes.get("vpc_id"))
        cidr = network(graph.resolved(subnet.attributes.get("cidr_block")))
        own = acls.get(address) or acls.get(vpc or "")
        acl = known.get(own, Acl(own, complete=False)) if own else None
        found[address] = Subnet(address, vpc, cidr, tables.of_subnet(subnet, vpc), acl)
    return found


def _acls(graph: Graph) -> Mapping[str, str]:
    """The ACL of each subnet that has one of its own, and of each VPC whose default one was changed, by address."""
    found: dict[str, str] = {}
    for acl in graph.of_type("aws_default_network_acl"):
        vpc = acl.attributes.get("default_network_acl_id")
        found |= {vpc.address: acl.address} if isinstance(vpc, Ref) else {}
    for acl in graph.of_type("aws_network_acl", "aws_default_network_acl"):
        subnets = items(acl.attributes.get("subnet_ids"))
        found |= {subnet.address: acl.address for subnet in subnets if isinstance(subnet, Ref)}
    for association in graph.of_type("aws_network_acl_association"):
        subnet, own = association.attributes.get("subnet_id"), association.attributes.get("network_acl_id")
        if isinstance(subnet, Ref):
            found[subnet.address] = own.address if isinstance(own, Ref) and association.certain else _UNKNOWN_ACL
    return found


def _nat(known: Topology, nat: Resource) -> Nat:
    private = nat.attributes.get("connectivity_type") == "private"
    has_address = nat.attributes.get("allocation_id") is not None
    public = None if not nat.certain else has_address and not private
    if nat.attributes.get("availability_mode") is not None:  # a regional gateway has no subnet
        return Nat(nat.address, None, None)
    return Nat(nat.address, subnet_of(known, nat.attributes.get("subnet_id")), public)


def _endpoint(known: Topology, endpoint: Resource) -> Endpoint:
    attributes, graph = endpoint.attributes, known.graph
    kind = attributes.get("vpc_endpoint_type", "Gateway")
    vpc = vpc_key(graph, attributes.get("vpc_id"))
    tables = frozenset(_tables_of(graph, endpoint))
    readable = all(isinstance(value, Ref | str) for value in items(attributes.get("route_table_ids")))
    groups = _groups(known, attributes.get("security_group_ids"))
    groups = groups or ((known.groups.get(f"{vpc}.default")),)
    values = [*items(attributes.get("subnet_ids")), *_associated(graph, endpoint, "subnet_id")]
    places = [Place(endpoint.address, subnet_of(known, value), groups) for value in values]
    return Endpoint(
        endpoint.address,
        service_of_endpoint(graph, attributes.get("service_name"), endpoint) if endpoint.certain else None,
        vpc,
        kind == "Gateway",
        tables,
        readable and not graph.is_handed_out(endpoint),
        tuple(places),
        flag(attributes.get("private_dns_enabled"), default=False) if kind == "Interface" else False,
    )


def _tables_of(graph: Graph, endpoint: Resource) -> Iterator[str]:
    for value in (*items(endpoint.attributes.get("route_table_ids")), *_associated(graph, endpoint, "route_table_id")):
        key = table_key(graph, value) if isinstance(value, Ref) else None
        if key is not None:
            yield key


def _associated(graph: Graph, endpoint: Resource, argument: str) -> Iterator[Value]:
    for user in graph.users(endpoint):
        if user.type in ("aws_vpc_endpoint_route_table_association", "aws_vpc_endpoint_subnet_association"):
            value = user.attributes.get(argument)
            if value is not None:
                yield value
