"""The solver against a second one that sends packets one by one, and against hand-made networks."""

import os
from collections.abc import Iterator
from ipaddress import IPv4Network

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stage3c.reach.aws_services import AwsService
from stage3c.reach.filters import outward
from stage3c.reach.network import (
    ALL_PORTS,
    ANYWHERE,
    Acl,
    AclEntry,
    Answer,
    Endpoint,
    Extent,
    Group,
    Nat,
    Network,
    Permit,
    Place,
    Ports,
    Route,
    Subnet,
    Table,
    Via,
)
from stage3c.reach.solver import between, from_internet, to_internet, to_service

THOROUGH = settings(
    max_examples=int(os.environ.get("STAGE3C_EXAMPLES", "500")), deadline=None, suppress_health_check=list(HealthCheck)
)
KNOWN = {"complete": st.just(value=True)}
SUBNETS = [IPv4Network(cidr) for cidr in ("10.0.0.0/28", "10.0.0.16/28", "10.0.0.32/28")]
NETWORKS = [*SUBNETS, IPv4Network("10.0.0.0/29"), IPv4Network("10.0.0.8/29"), IPv4Network("10.0.0.0/26"), ANYWHERE]
networks = st.sampled_from(NETWORKS)
ports = st.sampled_from([80, 443, 5432])
ranges = st.sampled_from(
    [ALL_PORTS, (80, 80), (80, 443), (443, 443), (1024, 65535), (32768, 60999), (0, 1023), (5432, 5432)]
)


def permits(peers: st.SearchStrategy[IPv4Network | str]) -> st.SearchStrategy[tuple[Permit, ...]]:
    return st.lists(st.builds(Permit, ranges, peers, st.just("rule")), max_size=3).map(tuple)


peers: st.SearchStrategy[IPv4Network | str] = st.sampled_from([*NETWORKS, "g0", "g1"])
outer_peers: st.SearchStrategy[IPv4Network | str] = st.sampled_from([ANYWHERE, *SUBNETS, "g0"])
some_groups = st.lists(
    st.builds(Group, st.sampled_from(["g0", "g1"]), permits(peers), permits(outer_peers), **KNOWN),
    min_size=1,
    max_size=2,
).map(tuple)
wide = Group("g0", (Permit(ALL_PORTS, ANYWHERE, "rule"),), (Permit(ALL_PORTS, ANYWHERE, "rule"),))
groups = st.one_of(st.just(()), st.just((wide,)), some_groups)  # most open, so that what else there is decides
allow_all = AclEntry(10, allows=True, ports=ALL_PORTS, network=ANYWHERE)
some_entries = st.lists(
    st.builds(AclEntry, st.integers(1, 9), st.booleans(), ranges, networks), max_size=3, unique_by=lambda e: e.number
).map(tuple)
entries = st.one_of(st.just((allow_all,)), some_entries.map(lambda some: (*some, allow_all)), some_entries)
acls = st.one_of(st.none(), st.builds(Acl, st.just("acl"), entries, entries, **KNOWN))
tables = st.sampled_from([Via.INTERNET] * 4 + [Via.NAT] * 4 + [Via.NOWHERE, None]).map(
    lambda via: Table("table", (Route(ANYWHERE, via, "nat", "route"),) if via else ())
)
usually = st.sampled_from([True, True, True, False])
subnets = st.integers(0, 2).flatmap(
    lambda n: st.builds(Subnet, st.just(f"s{n}"), st.just("vpc"), st.just(SUBNETS[n]), tables, acls)
)
places = st.builds(Place, st.just("place"), subnets, groups, usually, st.sampled_from([(1024, 65535), (32768, 60999)]))


def admits_group(place: Place, direction: str, address: int, peer_groups: set[str], port: int) -> bool:
    if not place.groups:
        return True
    for group in place.groups:
        assert group
        for permit in getattr(group, direction):
            inside = isinstance(permit.peer, IPv4Network) and int(permit.peer[0]) <= address <= int(permit.peer[-1])
            assert permit.ports
            if permit.ports[0] <= port <= permit.ports[1] and (inside or permit.peer in peer_groups):
                return True
    return False


def admits_acl(acl: Acl | None, direction: str, address: int, port: int) -> bool:
    if acl is None:
        return True
    for entry in sorted(getattr(acl, direction), key=lambda entry: entry.number):
        assert entry.network
        assert entry.ports
        inside = int(entry.network[0]) <= address <= int(entry.network[-1])
        if inside and entry.ports[0] <= port <= entry.ports[1]:
            return bool(entry.allows)
    return False


def steps(span: Ports, cuts: set[int]) -> list[int]:
    """One member of each piece into which cuts divide a span: what filters say is the same all over a piece."""
    return sorted({span[0], *(cut for cut in cuts if span[0] <= cut <= span[1])})


ADDRESS_CUTS = {cut for network in NETWORKS for cut in (int(network[0]), int(network[-1]) + 1)}
PORT_CUTS = {0, 80, 81, 443, 444, 1024, 5432, 5433, 32768, 61000}


def packets(cidr: IPv4Network, ephemeral: Ports) -> Iterator[tuple[int, int]]:
    for address in steps((int(cidr[0]), int(cidr[-1])), ADDRESS_CUTS):
        for answer_port in steps(ephemeral, PORT_CUTS):
            yield address, answer_port


def sent_one_by_one(source: Place, target: Place, port: int) -> list[bool]:
    here, there = source.subnet, target.subnet
    assert here
    assert there
    assert here.cidr
    assert there.cidr
    keys = [{group.key for group in place.groups if group} for place in (source, target)]
    results = []
    for source_address in steps((int(here.cidr[0]), int(here.cidr[-1])), ADDRESS_CUTS):
        for target_address, answer_port in packets(there.cidr, source.ephemeral):
            open_ = admits_group(source, "egress", target_address, keys[1], port)
            open_ = open_ and admits_group(target, "ingress", source_address, keys[0], port)
            if here.key != there.key:
                open_ = open_ and admits_acl(here.acl, "egress", target_address, port)
                open_ = open_ and admits_acl(there.acl, "ingress", source_address, port)
                open_ = open_ and admits_acl(there.acl, "egress", source_address, answer_port)
                open_ = open_ and admits_acl(here.acl, "ingress", target_address, answer_port)
            results.append(open_)
    return results


def agrees(answer: Answer, results: list[bool]) -> None:
    match answer.extent:
        case Extent.ALL:
            assert all(results)
        case Extent.SOME:
            assert not all(results)
        case Extent.NONE:
            assert not any(results)
        case Extent.UNKNOWN:
            raise AssertionError("everything in this network is known")
    assert all(results) == (answer.extent is Extent.ALL)
    assert bool(answer.blockers) == (answer.extent is not Extent.ALL)


@pytest.mark.slow
@THOROUGH
@given(places, places, ports)
def test_inside_a_vpc_the_solver_agrees_with_packets_sent_one_by_one(source: Place, target: Place, port: int) -> None:
    if source.subnet and target.subnet and source.subnet.key == target.subnet.key:
        target = target._replace(subnet=source.subnet)
    agrees(between(source, target, port), sent_one_by_one(source, target, port))


def out_one_by_one(source: Place, nat: Nat, port: int) -> list[bool]:
    subnet, home = source.subnet, nat.subnet
    assert subnet
    assert subnet.table
    assert subnet.cidr
    assert home
    assert home.table
    route = subnet.table.routes[0].via if subnet.table.routes else None
    results = []
    for address in steps((0, 2**32 - 1), ADDRESS_CUTS):
        for own, answer_port in packets(subnet.cidr, source.ephemeral):
            open_ = admits_group(source, "egress", 8 << 24, set(), port)
            open_ = open_ and admits_acl(subnet.acl, "egress", address, port)
            open_ = open_ and admits_acl(subnet.acl, "ingress", address, answer_port)
            if route is Via.INTERNET:
                open_ = open_ and bool(source.public)
            elif route is Via.NAT:
                onward = home.table.routes[0].via if home.table.routes else None
                open_ = open_ and onward is Via.INTERNET and bool(nat.public)
                open_ = open_ and admits_acl(home.acl, "egress", address, port)
                open_ = open_ and all(
                    admits_acl(home.acl, "ingress", address, p) for p in steps((1024, 65535), PORT_CUTS)
                )
                if home.key != subnet.key:
                    open_ = open_ and admits_acl(home.acl, "ingress", own, port)
                    open_ = open_ and admits_acl(home.acl, "egress", own, answer_port)
            else:
                open_ = False
            results.append(open_)
    return results


@pytest.mark.slow
@THOROUGH
@given(places, st.builds(Nat, st.just("nat"), subnets, usually), ports)
def test_to_the_internet_the_solver_agrees_with_packets_sent_one_by_one(source: Place, nat: Nat, port: int) -> None:
    if source.subnet and nat.subnet and source.subnet.key == nat.subnet.key:
        nat = nat._replace(subnet=source.subnet)
    agrees(to_internet(Network({"nat": nat}), source, port), out_one_by_one(source, nat, port))


def in_one_by_one(target: Place, port: int) -> list[bool]:
    subnet = target.subnet
    assert subnet
    assert subnet.table
    routed = bool(subnet.table.routes) and subnet.table.routes[0].via is Via.INTERNET
    admitted = admits_group(target, "ingress", 8 << 24, set(), port)
    return [
        routed
        and bool(target.public)
        and admitted
        and admits_acl(subnet.acl, "ingress", address, port)
        and admits_acl(subnet.acl, "egress", address, answer_port)
        for address in steps((0, 2**32 - 1), ADDRESS_CUTS)
        for answer_port in steps((1024, 65535), PORT_CUTS)
    ]


@pytest.mark.slow
@THOROUGH
@given(places, ports)
def test_from_the_internet_the_solver_agrees_with_packets_sent_one_by_one(target: Place, port: int) -> None:
    agrees(from_internet(target, port), in_one_by_one(target, port))


S3, LOGS = AwsService("s3"), AwsService("logs")
PRIVATE = Subnet("private", "vpc", SUBNETS[0], Table("main", is_main=True))
OPEN = Group("open", (Permit(ALL_PORTS, ANYWHERE, "in"),), (Permit(ALL_PORTS, ANYWHERE, "out"),))
TASK = Place("task", PRIVATE, (OPEN,))


def test_a_subnet_without_a_table_of_its_own_says_so() -> None:
    answer = to_internet(Network(), TASK, 443)
    assert answer.extent is Extent.NONE
    assert [hop.code for hop in answer.blockers] == ["NO_ROUTE_TO_DESTINATION"]
    assert "the main route table has no route" in answer.blockers[0].text


def test_an_interface_endpoint_needs_no_route_but_its_own_firewall() -> None:
    shut = Place("endpoint", PRIVATE, (Group("shut"),))
    for places_, expected in (((shut._replace(groups=(OPEN,)),), Extent.ALL), ((shut,), Extent.NONE)):
        endpoint = Endpoint("endpoint", LOGS, "vpc", gateway=False, places=places_)
        assert to_service(Network(endpoints=(endpoint,)), TASK, LOGS).extent is expected


def test_a_gateway_endpoint_serves_the_tables_that_it_is_given() -> None:
    table = Table("private")
    task = TASK._replace(subnet=PRIVATE._replace(table=table))
    for tables_, expected in ((frozenset({"private"}), Extent.ALL), (frozenset({"other"}), Extent.NONE)):
        endpoint = Endpoint("s3", S3, "vpc", gateway=True, tables=tables_)
        assert to_service(Network(endpoints=(endpoint,)), task, S3).extent is expected


def test_what_is_not_known_is_never_blocked() -> None:
    assert to_internet(Network(), Place("task", None, (None,)), 443).extent is Extent.UNKNOWN
    assert between(TASK, Place("database", None, (None,)), 5432).extent is Extent.UNKNOWN
    assert between(TASK, Place("database", PRIVATE, (Group("loose", complete=False),)), 5432).extent is Extent.UNKNOWN
    unknown_table = PRIVATE._replace(table=None)
    assert to_service(Network(), TASK._replace(subnet=unknown_table), LOGS).extent is Extent.UNKNOWN


def test_a_nat_gateway_in_a_private_subnet_leads_nowhere() -> None:
    routed = Table("private", (Route(ANYWHERE, Via.NAT, "nat", "route"),))
    nat = Nat("nat", PRIVATE)
    answer = to_internet(Network({"nat": nat}), TASK._replace(subnet=PRIVATE._replace(key="a", table=routed)), 443)
    assert answer.extent is Extent.NONE
    assert answer.blockers[0].code == "NO_ROUTE_TO_DESTINATION"


def allowing(*peers_: IPv4Network | str | AwsService | None, span: Ports | None = (443, 443)) -> tuple[Group, ...]:
    return (Group("g", egress=tuple(Permit(span, peer, "rule") for peer in peers_)),)


@pytest.mark.parametrize(
    ("groups_", "service", "expected"),
    [
        (allowing(ANYWHERE), None, Extent.ALL),
        (allowing(ANYWHERE, span=(444, 444)), None, Extent.NONE),
        (allowing(ANYWHERE, span=None), None, Extent.UNKNOWN),
        ((), None, Extent.ALL),
        ((None,), None, Extent.UNKNOWN),
        ((Group("g", complete=False),), None, Extent.UNKNOWN),
        (allowing(None), None, Extent.UNKNOWN),
        (allowing(IPv4Network("10.0.0.0/8")), None, Extent.NONE),
        (allowing(IPv4Network("52.0.0.0/8")), None, Extent.UNKNOWN),
        (allowing("another group"), None, Extent.NONE),
        (allowing(S3), None, Extent.NONE),
        (allowing(S3), S3, Extent.ALL),
        (allowing(S3, span=(444, 444)), S3, Extent.NONE),
        (allowing(S3), LOGS, Extent.NONE),
        (allowing(AwsService("s3", "us-west-2")), S3, Extent.NONE),
        (allowing(AwsService("s3", None)), S3, Extent.UNKNOWN),
    ],
)
def test_a_prefix_list_leads_to_its_own_service_alone(
    groups_: tuple[Group | None, ...], service: AwsService | None, expected: Extent
) -> None:
    assert outward(groups_, 443, service).extent is expected


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        (AwsService("logs"), Extent.ALL),
        (AwsService("logs", "us-west-2"), Extent.NONE),
        (AwsService("logs", None), Extent.UNKNOWN),
        (AwsService("ecr.api"), Extent.NONE),
        (None, Extent.UNKNOWN),
    ],
)
def test_an_endpoint_leads_to_its_own_service_and_region(endpoint: AwsService | None, expected: Extent) -> None:
    place = Place("endpoint", PRIVATE, (OPEN,))
    network = Network(endpoints=(Endpoint("endpoint", endpoint, "vpc", gateway=False, places=(place,)),))
    assert to_service(network, TASK, LOGS).extent is expected


@pytest.mark.parametrize(
    ("span", "cidr", "expected"),
    [
        (ALL_PORTS, ANYWHERE, Extent.ALL),
        ((444, 444), ANYWHERE, Extent.NONE),
        (ALL_PORTS, IPv4Network("52.216.0.0/15"), Extent.UNKNOWN),
    ],
)
def test_the_acl_of_a_subnet_filters_what_goes_through_a_gateway(
    span: Ports, cidr: IPv4Network, expected: Extent
) -> None:
    acl = Acl("acl", (AclEntry(1, allows=True, ports=ALL_PORTS, network=ANYWHERE),), (AclEntry(1, True, span, cidr),))  # noqa: FBT003 - Allow
    task = TASK._replace(subnet=PRIVATE._replace(acl=acl))
    gateway = Endpoint("s3", S3, "vpc", gateway=True, tables=frozenset({"main"}))
    assert to_service(Network(endpoints=(gateway,)), task, S3).extent is expected
