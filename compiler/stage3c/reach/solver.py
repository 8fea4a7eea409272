"""The network solver: whether packets get from one place to another, by which way, or what stops them.

Owns the decision, in the terms of AWS's Reachability Analyzer and with its explanation codes
(https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html, 2026-11-24), over a plain model of a network.
What the model does not know is unknown, never blocked. Only TCP over IPv4 is asked for.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from stage3c.reach.aws_services import AwsService
from stage3c.reach.filters import acl_hop, group_hop, inward, known, leaves_private_networks, outward
from stage3c.reach.network import (
    ANYWHERE,
    EPHEMERAL,
    Answer,
    Endpoint,
    Extent,
    Hop,
    Nat,
    Network,
    Place,
    Ports,
    Reason,
    Route,
    Subnet,
    Table,
    Via,
)


def between(source: Place, target: Place, port: int) -> Answer:
    """From a place to a port of another, inside one VPC, and the answer back."""
    return Answer(tuple(_between(source, target, port)))


def to_internet(network: Network, source: Place, port: int, service: AwsService | None = None) -> Answer:
    """From a place to a port of the internet, or to an AWS service over the internet, and the answer back."""
    leaving = outward(source.groups, port, service)
    return Answer((leaving, *_way_out(network, source, port)))


def from_internet(target: Place, port: int) -> Answer:
    """From the internet to a port of a public place: whether anybody at all is admitted, and the answer back."""
    return Answer(tuple(_from_internet(target, port)))


def to_service(network: Network, source: Place, service: AwsService, port: int = 443) -> Answer:
    """From a place to an AWS service: by an interface with private DNS, a gateway, or the internet."""
    endpoint = endpoint_on_the_way(network, source, service)
    if endpoint and endpoint.gateway:
        return Answer(tuple(_through_gateway(endpoint, source, service, port)))
    if endpoint:
        text = f"private DNS resolves {service.text} to this endpoint"
        hops = [Hop((endpoint.key,), text, known(endpoint.private_dns))]
        if endpoint.private_dns is None:
            return Answer(tuple(hops))
        return Answer((*hops, *(hop for place in endpoint.places for hop in _between(source, place, port))))
    answer = to_internet(network, source, port, service)
    if answer.extent is Extent.NONE and _might_have_endpoint(network, source, service):
        return Answer((Hop((service.text,), "may be reached through an unknown VPC endpoint", Extent.UNKNOWN),))
    return answer


def endpoint_on_the_way(network: Network, source: Place, service: AwsService) -> Endpoint | None:
    """The endpoint through which a place calls an AWS service, if one is."""
    interface = _endpoint(network, source, service, gateway=False)
    if interface and interface.private_dns is not False:
        return interface
    gateway = _endpoint(network, source, service, gateway=True)
    return gateway if gateway and _is_routed(gateway, source) else None


def _through_gateway(gateway: Endpoint, source: Place, service: AwsService, port: int) -> Iterator[Hop]:
    """A gateway endpoint changes the route alone: packets go to public addresses of the service, past groups and ACLs."""
    yield outward(source.groups, port, service)
    yield Hop((gateway.key,), f"routes traffic to {service.text}")
    if source.subnet is not None and source.subnet.acl is not None:
        yield acl_hop(source.subnet, "egress", None, (port, port))
        yield acl_hop(source.subnet, "ingress", None, source.ephemeral)


def _endpoint(network: Network, source: Place, service: AwsService, *, gateway: bool) -> Endpoint | None:
    vpc = source.subnet.vpc if source.subnet else None
    found = (e for e in network.endpoints if service.is_served_by(e.service) and e.gateway == gateway)
    return next((e for e in found if None in (vpc, e.vpc) or e.vpc == vpc), None)


def _is_routed(gateway: Endpoint, source: Place) -> bool:
    return bool(source.subnet and source.subnet.table and source.subnet.table.key in gateway.tables)


def _might_have_endpoint(network: Network, source: Place, service: AwsService) -> bool:
    gateway = _endpoint(network, source, service, gateway=True)
    unnamed = any(service.is_served_by(endpoint.service) is None for endpoint in network.endpoints)
    return not network.closed or unnamed or bool(gateway and not gateway.tables_known) or source.subnet is None


def _between(source: Place, target: Place, port: int) -> Iterator[Hop]:
    yield group_hop(source.groups, "egress", target, port)
    here, there = source.subnet, target.subnet
    if here is not None and there is not None and here.key != there.key:
        yield from _local_route(here, there)
        yield acl_hop(here, "egress", there.cidr, (port, port))
        yield acl_hop(there, "ingress", here.cidr, (port, port))
        yield acl_hop(there, "egress", here.cidr, source.ephemeral)
        yield acl_hop(here, "ingress", there.cidr, source.ephemeral)
    yield group_hop(target.groups, "ingress", source, port)


def _local_route(here: Subnet, there: Subnet) -> Iterator[Hop]:
    """Every table has the route inside its VPC; only a more specific one, or another VPC, changes that."""
    if None in (here.vpc, there.vpc):
        yield Hop((here.key,), "unknown whether both subnets are in the same VPC", Extent.UNKNOWN)
    elif here.vpc != there.vpc:
        routes = here.table.routes if here.table else ()
        unknown = here.table is None or not here.table.complete or any(r.via is Via.UNKNOWN for r in routes)
        extent = Extent.UNKNOWN if unknown else Extent.NONE
        yield Hop((here.key,), f"{there.key} is in another VPC", extent, Reason.NO_ROUTE)
    elif here.table and there.cidr and any(_is_inside(route, there.cidr) for route in here.table.routes):
        yield Hop(
            (here.table.key,), "has a route inside the VPC that takes precedence over the local route", Extent.UNKNOWN
        )


def _is_inside(route: Route, cidr: IPv4Network) -> bool:
    """A route that is more specific than any VPC may be takes packets away from the local one."""
    to = route.destination
    return route.via is not Via.LOCAL and to is not None and to.prefixlen >= 16 and to.overlaps(cidr)  # noqa: PLR2004 - a VPC's largest


def _way_out(network: Network, source: Place, port: int) -> Iterator[Hop]:
    subnet = source.subnet
    if subnet is None or subnet.table is None:
        yield Hop((source.key,), "its subnet or route table is unknown", Extent.UNKNOWN)
        return
    route = _default_route(subnet.table)
    if route is None:
        yield _no_route(subnet, subnet.table)
        return
    yield Hop((route.component,), f"routes to {route.target}", *_state_of(route))
    yield acl_hop(subnet, "egress", ANYWHERE, (port, port))
    yield acl_hop(subnet, "ingress", ANYWHERE, source.ephemeral)
    if route.via is Via.INTERNET:
        extent = known(source.public)
        words = (
            "has a public IP address"
            if source.public
            else "has no public IP address, which an internet gateway requires"
        )
        yield Hop((source.key,), words, extent, None if source.public else Reason.NO_ADDRESS_OUT)
    elif route.via is Via.NAT:
        yield from _through_nat(network.nats.get(route.target), subnet, source.ephemeral, port)


def _state_of(route: Route) -> tuple[Extent, Reason | None]:
    if route.via is Via.NOWHERE:
        return Extent.NONE, Reason.DEAD_ROUTE
    if route.via is Via.LOCAL:  # the VPC itself is not the internet
        return Extent.NONE, Reason.NO_GATEWAY
    return (Extent.UNKNOWN, None) if route.via is Via.UNKNOWN else (Extent.ALL, None)


def _no_route(subnet: Subnet, table: Table) -> Hop:
    """A subnet without an association of its own uses its VPC's main table: say so, since no code shows it."""
    own = "is not associated with a route table, and the main route table"
    text = f"{own if table.is_main else f'is the route table of {subnet.key} and'} has no route to the internet"
    extent = Extent.NONE if table.complete else Extent.UNKNOWN
    return Hop((subnet.key if table.is_main else table.key,), text, extent, Reason.NO_ROUTE)


def _default_route(table: Table) -> Route | None:
    """The route for an address of the internet that is not known; a part of the internet alone does not do."""
    whole = [route for route in table.routes if route.destination == ANYWHERE]
    if whole:
        return whole[0]
    others = [route for route in table.routes if route.via is not Via.LOCAL]
    outward = [route for route in others if route.destination is None or leaves_private_networks(route.destination)]
    return Route(None, Via.UNKNOWN, "only part of the internet", outward[0].component) if outward else None


def _through_nat(nat: Nat | None, source: Subnet, ephemeral: Ports, port: int) -> Iterator[Hop]:
    if nat is None or nat.subnet is None or nat.subnet.table is None:
        yield Hop((nat.key if nat else "the NAT gateway",), "its subnet or route table is unknown", Extent.UNKNOWN)
        return
    home = nat.subnet
    if home.key != source.key:
        yield acl_hop(home, "ingress", source.cidr, (port, port))
        yield acl_hop(home, "egress", source.cidr, ephemeral)
    words = "has a public IP address" if nat.public else "has no public IP address"
    yield Hop((nat.key,), f"is in {home.key} and {words}", known(nat.public), Reason.NO_ADDRESS_OUT)
    assert nat.subnet.table is not None
    route = _default_route(nat.subnet.table)
    if route is None:
        yield _no_route(home, nat.subnet.table)
    elif route.via is Via.INTERNET:
        yield Hop((route.component,), f"routes to {route.target}")
    else:
        extent = Extent.UNKNOWN if route.via is Via.UNKNOWN else Extent.NONE
        text = f"its subnet routes to {route.target}, not to an internet gateway"
        yield Hop((nat.key,), text, extent, Reason.NO_GATEWAY)
    yield acl_hop(home, "egress", ANYWHERE, (port, port))
    yield acl_hop(home, "ingress", ANYWHERE, EPHEMERAL)


def _from_internet(target: Place, port: int) -> Iterator[Hop]:
    words = "has a public IP address" if target.public else "has no public IP address"
    yield Hop((target.key,), words, known(target.public), Reason.NO_ADDRESS_IN)
    subnet = target.subnet
    if subnet is None or subnet.table is None:
        yield Hop((target.key,), "its subnet or route table is unknown", Extent.UNKNOWN)
    else:
        route = _default_route(subnet.table)
        if route is None:
            yield _no_route(subnet, subnet.table)
        else:
            extent = {Via.INTERNET: Extent.ALL, Via.UNKNOWN: Extent.UNKNOWN}.get(route.via, Extent.NONE)
            reason = None if extent is Extent.ALL else Reason.NO_GATEWAY
            yield Hop((route.component,), f"routes to {route.target}", extent, reason)
        yield acl_hop(subnet, "ingress", ANYWHERE, (port, port))
        yield acl_hop(subnet, "egress", ANYWHERE, EPHEMERAL)
    yield inward(target, port)
