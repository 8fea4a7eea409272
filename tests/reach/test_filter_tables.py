"""Groups, ACLs and routes by hand: for each branch that decides all, some, none or unknown, a row for each side."""

from ipaddress import IPv4Network

import pytest
from stage3c.reach.aws_services import AwsService
from stage3c.reach.filters import acl_hop, group_hop, inward, known, leaves_private_networks, outward
from stage3c.reach.network import (
    ALL_PORTS,
    ANYWHERE,
    Acl,
    AclEntry,
    Answer,
    Endpoint,
    Extent,
    Group,
    Hop,
    Nat,
    Network,
    Permit,
    Place,
    Ports,
    Reason,
    Route,
    Subnet,
    Table,
    Via,
    open_to_anywhere,
)
from stage3c.reach.solver import between, from_internet, to_internet, to_service

ALL, SOME, NONE, UNKNOWN = Extent.ALL, Extent.SOME, Extent.NONE, Extent.UNKNOWN
HERE = IPv4Network("10.0.0.0/24")
LOWER, UPPER = IPv4Network("10.0.0.0/25"), IPv4Network("10.0.0.128/25")
FIRST, LAST = IPv4Network("10.0.0.0/32"), IPv4Network("10.0.0.255/32")
BEFORE, AFTER = IPv4Network("9.255.255.255/32"), IPv4Network("10.0.1.0/32")
REST_OF_IT = list(HERE.address_exclude(FIRST))
PUBLIC = IPv4Network("8.8.8.0/24")
WEB: Ports = (443, 443)
EPHEMERAL: Ports = (1024, 65535)
S3_SERVICE, LOGS = AwsService("s3"), AwsService("logs")
Peer = IPv4Network | str | AwsService | None


def permit(peer: Peer, ports: Ports | None = WEB, component: str = "rule") -> Permit:
    return Permit(ports, peer, component)


def group(*permits: Permit, complete: bool = True, key: str = "g") -> Group:
    return Group(key, permits, permits, complete)


PEER_GROUP = Group("peer")
PEER = Place("peer", Subnet("s", "vpc", HERE, None), (PEER_GROUP,))
PEER_BY_UNKNOWN = PEER._replace(groups=(None,))
PEER_NOWHERE = PEER._replace(subnet=None)


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize(
    ("groups", "peer", "expected"),
    [
        ((), PEER, ALL),
        ((group(),), PEER, NONE),
        ((group(permit(HERE)),), PEER, ALL),
        ((group(permit(HERE, (443, 444))),), PEER, ALL),
        ((group(permit(HERE, (442, 443))),), PEER, ALL),
        ((group(permit(HERE, (444, 500))),), PEER, NONE),
        ((group(permit(HERE, (1, 442))),), PEER, NONE),
        ((group(permit(LOWER)),), PEER, SOME),
        ((group(permit(LOWER), permit(UPPER)),), PEER, ALL),
        ((group(permit(LOWER)), group(permit(UPPER))), PEER, ALL),
        ((group(*map(permit, REST_OF_IT)),), PEER, SOME),
        ((group(*map(permit, HERE.address_exclude(LAST))),), PEER, SOME),
        ((group(permit(FIRST), *map(permit, REST_OF_IT)),), PEER, ALL),
        ((group(permit(BEFORE), permit(AFTER)),), PEER, NONE),
        ((group(permit(LOWER), complete=False),), PEER, UNKNOWN),
        ((None, group(permit(LOWER))), PEER, UNKNOWN),
        ((group(permit(LOWER)),), PEER_BY_UNKNOWN, UNKNOWN),
        ((group(permit(HERE)),), PEER_BY_UNKNOWN, ALL),
        ((group(permit(S3_SERVICE)),), PEER, NONE),
        ((group(permit(PUBLIC)),), PEER, NONE),
        ((group(permit("peer")),), PEER, ALL),
        ((group(permit("other")),), PEER, NONE),
        ((group(permit("peer", (80, 80))),), PEER, NONE),
        ((group(permit(None)),), PEER, UNKNOWN),
        ((group(permit(None, (80, 80))),), PEER, NONE),
        ((group(permit(HERE, None)),), PEER, UNKNOWN),
        ((group(permit(LOWER), permit(None)),), PEER, UNKNOWN),
        ((group(complete=False),), PEER, UNKNOWN),
        ((group(permit(HERE), complete=False),), PEER, ALL),
        ((None,), PEER, UNKNOWN),
        ((None, group(permit(HERE))), PEER, ALL),
        ((group(),), PEER_BY_UNKNOWN, UNKNOWN),
        ((group(permit("peer")),), PEER_BY_UNKNOWN, UNKNOWN),
        ((group(permit(HERE)),), PEER_NOWHERE, UNKNOWN),
        ((group(permit(ANYWHERE)),), PEER_NOWHERE, ALL),
        ((group(permit("other")),), PEER_NOWHERE, NONE),
    ],
)
def test_security_groups(groups: tuple[Group | None, ...], peer: Place, direction: str, expected: Extent) -> None:
    hop = group_hop(groups, direction, peer, 443)
    assert hop.extent is expected
    assert hop.direction == direction
    assert (hop.reason is Reason.GROUPS) == (expected is not ALL)


def test_a_group_of_one_direction_says_nothing_of_the_other() -> None:
    into, out = Group("g", ingress=(permit(HERE),)), Group("g", egress=(permit(HERE),))
    assert group_hop((into,), "ingress", PEER, 443).extent is ALL
    assert group_hop((into,), "egress", PEER, 443).extent is NONE
    assert group_hop((out,), "egress", PEER, 443).extent is ALL
    assert group_hop((out,), "ingress", PEER, 443).extent is NONE


def test_the_words_name_what_is_allowed_instead() -> None:
    shut = group_hop(
        (group(permit(PUBLIC, (80, 90)), permit(None, None), permit("x", ALL_PORTS), permit("y", (7, 7))),),
        "ingress",
        PEER,
        443,
    )
    assert shut.text == (
        "does not allow inbound tcp/443 from peer; it allows tcp/80-90 from 8.8.8.0/24; unknown ports from an unknown peer; "
        "all ports from x; tcp/7 from y"
    )
    many = group(*(permit(str(number)) for number in range(5)))
    assert group_hop((many,), "egress", PEER, 443).text.endswith("tcp/443 to 3; and more")
    assert group_hop((many._replace(egress=many.egress[:4]),), "egress", PEER, 443).text.endswith("tcp/443 to 3")
    assert group_hop((group(),), "egress", PEER, 443).text.endswith("it has no outbound rules")
    assert group_hop((group(permit(LOWER), permit(UPPER)),), "egress", PEER, 443).text == (
        "allows tcp/443 to 10.0.0.0/25, 10.0.0.128/25"
    )
    assert group_hop((None, group(key="x")), "egress", PEER, 443).components == ("an unknown security group", "x")
    mixed = group(
        permit("other", component="first"), permit(HERE, component="second"), permit("peer", (80, 80), "third")
    )
    assert group_hop((mixed,), "egress", PEER, 443).components == ("second",)
    assert group_hop((group(permit(HERE), permit("peer", component="named")),), "egress", PEER, 443).components == (
        "named",
    )


def entry(
    number: int, network: IPv4Network | None, ports: Ports | None = ALL_PORTS, *, allows: bool = True
) -> AclEntry:
    return AclEntry(number, allows, ports, network)


@pytest.mark.parametrize("direction", ["ingress", "egress"])
@pytest.mark.parametrize(
    ("entries", "complete", "peer", "expected"),
    [
        ((), True, HERE, NONE),
        ((entry(1, ANYWHERE),), True, HERE, ALL),
        ((entry(1, HERE),), True, HERE, ALL),
        ((entry(1, LOWER),), True, HERE, SOME),
        ((entry(1, LOWER), entry(2, UPPER)), True, HERE, ALL),
        ((entry(1, PUBLIC),), True, HERE, NONE),
        ((entry(1, ANYWHERE, (443, 443)),), True, HERE, ALL),
        ((entry(1, ANYWHERE, (444, 445)),), True, HERE, NONE),
        ((entry(1, ANYWHERE, (1, 442)),), True, HERE, NONE),
        ((entry(1, ANYWHERE, allows=False), entry(2, ANYWHERE)), True, HERE, NONE),
        ((entry(2, ANYWHERE, allows=False), entry(1, ANYWHERE)), True, HERE, ALL),  # by number, not as written
        ((entry(10, ANYWHERE), entry(9, ANYWHERE, allows=False)), True, HERE, NONE),
        ((entry(1, LOWER, allows=False), entry(2, ANYWHERE)), True, HERE, SOME),
        ((entry(1, LOWER), entry(2, ANYWHERE, allows=False)), True, HERE, SOME),
        ((entry(1, LOWER), entry(2, UPPER, allows=False), entry(3, ANYWHERE)), True, HERE, SOME),
        ((entry(1, LOWER, allows=False), entry(2, UPPER, allows=False), entry(3, ANYWHERE)), True, HERE, NONE),
        ((entry(1, LOWER, allows=False), entry(2, None)), True, HERE, UNKNOWN),
        ((entry(1, FIRST, allows=False), entry(2, ANYWHERE)), True, HERE, SOME),
        ((entry(1, LAST, allows=False), entry(2, ANYWHERE)), True, HERE, SOME),
        ((entry(1, BEFORE, allows=False), entry(2, AFTER, allows=False), entry(3, ANYWHERE)), True, HERE, ALL),
        ((entry(1, IPv4Network("0.0.0.0/32"), allows=False), entry(2, ANYWHERE)), True, None, UNKNOWN),
        ((entry(1, IPv4Network("255.255.255.255/32"), allows=False), entry(2, ANYWHERE)), True, None, UNKNOWN),
        ((entry(1, None),), True, None, UNKNOWN),
        ((entry(1, ANYWHERE, (80, 80), allows=False), entry(2, ANYWHERE)), True, HERE, ALL),
        ((entry(1, None),), True, HERE, UNKNOWN),
        ((entry(1, ANYWHERE, None),), True, HERE, UNKNOWN),
        ((entry(1, ANYWHERE), entry(2, None)), True, HERE, ALL),
        ((entry(1, None), entry(2, ANYWHERE)), True, HERE, UNKNOWN),
        ((), False, HERE, UNKNOWN),
        ((entry(1, ANYWHERE),), False, HERE, ALL),
        ((entry(1, LOWER),), False, HERE, UNKNOWN),
        ((entry(1, ANYWHERE),), True, None, ALL),
        ((entry(1, LOWER),), True, None, UNKNOWN),
        ((), True, None, NONE),
    ],
)
def test_network_acls(
    entries: tuple[AclEntry, ...],
    complete: bool,  # noqa: FBT001 - a row of the table
    peer: IPv4Network | None,
    direction: str,
    expected: Extent,
) -> None:
    sides = {"ingress": (), "egress": (), direction: entries}
    subnet = Subnet("s", "vpc", HERE, None, Acl("acl", sides["ingress"], sides["egress"], complete))
    hop = acl_hop(subnet, direction, peer, WEB)
    assert (hop.extent, hop.reason, hop.direction) == (expected, Reason.ACL, direction)
    assert hop.text.startswith("allows " if expected is ALL else "does not allow ")


def test_a_part_of_the_ports_is_some_and_no_acl_is_the_default_one() -> None:
    ranged = Subnet(
        "s", "vpc", HERE, None, Acl("acl", (entry(1, ANYWHERE, (1024, 40000)),), (entry(1, ANYWHERE, (30000, 65535)),))
    )
    assert acl_hop(ranged, "ingress", HERE, EPHEMERAL).extent is SOME
    assert acl_hop(ranged, "egress", HERE, EPHEMERAL).extent is SOME
    assert (
        acl_hop(ranged, "ingress", HERE, EPHEMERAL).text
        == "does not allow inbound tcp/1024-65535 from 10.0.0.0/24 in s"
    )
    assert acl_hop(ranged, "egress", None, WEB).text == "does not allow outbound tcp/443 to unknown addresses in s"
    bare = acl_hop(Subnet("s", "vpc", HERE, None), "ingress", HERE, WEB)
    assert (bare.extent, bare.reason) == (ALL, Reason.DEFAULT_ACL)


@pytest.mark.parametrize(
    ("groups", "out", "into"),
    [
        ((), ALL, ALL),
        ((group(),), NONE, NONE),
        ((group(permit(ANYWHERE)),), ALL, ALL),
        ((group(permit(ANYWHERE, (80, 80))),), NONE, NONE),
        ((group(permit(ANYWHERE, (444, 999))),), NONE, NONE),
        ((group(permit(PUBLIC)),), UNKNOWN, ALL),
        ((group(permit(HERE)),), NONE, NONE),
        ((group(permit("other")),), NONE, NONE),
        ((group(permit(S3_SERVICE)),), NONE, None),
        ((group(permit(None)),), UNKNOWN, UNKNOWN),
        ((group(permit(None, (80, 80))),), NONE, NONE),
        ((group(permit(ANYWHERE, None)),), UNKNOWN, UNKNOWN),
        ((group(complete=False),), UNKNOWN, UNKNOWN),
        ((None,), UNKNOWN, UNKNOWN),
        ((None, group(permit(ANYWHERE))), ALL, ALL),
    ],
)
def test_the_internet(groups: tuple[Group | None, ...], out: Extent, into: Extent | None) -> None:
    assert outward(groups, 443).extent is out
    assert into is None or inward(Place("p", None, groups), 443).extent is into
    assert outward(groups, 443).direction == "egress"
    assert inward(Place("p", None, groups), 443).direction == "ingress"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (permit(S3_SERVICE), ALL),
        (permit(S3_SERVICE, (80, 80)), NONE),
        (permit(S3_SERVICE, (444, 500)), NONE),
        (permit(S3_SERVICE, (1, 443)), ALL),
        (permit(S3_SERVICE, None), UNKNOWN),
        (permit(LOGS), NONE),
        (permit(AwsService("s3", "us-west-2")), NONE),
        (permit(AwsService("s3", None)), UNKNOWN),
        (permit(ANYWHERE), ALL),
        (permit(HERE), NONE),
    ],
)
def test_the_prefix_list_of_a_service(rule: Permit, expected: Extent) -> None:
    assert outward((group(rule),), 443, S3_SERVICE).extent is expected


def test_facts_and_private_networks() -> None:
    assert [known(value) for value in (True, False, None)] == [ALL, NONE, UNKNOWN]
    for cidr, leaves in (
        ("10.0.0.0/8", False),
        ("172.16.0.0/12", False),
        ("192.168.1.0/24", False),
        ("8.0.0.0/7", True),
        ("10.0.0.0/7", True),
        ("0.0.0.0/0", True),
    ):
        assert leaves_private_networks(IPv4Network(cidr, strict=False)) is leaves, cidr


OPEN = group(permit(ANYWHERE, ALL_PORTS))
GATEWAY = Route(ANYWHERE, Via.INTERNET, "igw", "route")
TABLE = Table("table", (GATEWAY,))
PUBLIC_SUBNET = Subnet("public", "vpc", HERE, TABLE)
TASK = Place("task", PUBLIC_SUBNET, (OPEN,), public=True)


def behind(*routes: Route, complete: bool = True, public: bool | None = True) -> Place:
    return TASK._replace(subnet=PUBLIC_SUBNET._replace(table=Table("t", routes, complete)), public=public)


def route(via: Via, destination: IPv4Network | None = ANYWHERE, target: str = "nat") -> Route:
    return Route(destination, via, target, "route")


PART = IPv4Network("8.0.0.0/8")


@pytest.mark.parametrize(
    ("place", "out", "into"),
    [
        (TASK, ALL, ALL),
        (TASK._replace(public=False), NONE, NONE),
        (TASK._replace(public=None), UNKNOWN, UNKNOWN),
        (TASK._replace(subnet=None), UNKNOWN, UNKNOWN),
        (TASK._replace(subnet=PUBLIC_SUBNET._replace(table=None)), UNKNOWN, UNKNOWN),
        (behind(), NONE, NONE),
        (behind(complete=False), UNKNOWN, UNKNOWN),
        (behind(route(Via.NOWHERE)), NONE, NONE),
        (behind(route(Via.UNKNOWN)), UNKNOWN, UNKNOWN),
        (behind(route(Via.INTERNET, PART)), UNKNOWN, UNKNOWN),
        (behind(route(Via.INTERNET, None)), UNKNOWN, UNKNOWN),
        (behind(route(Via.INTERNET, HERE)), NONE, NONE),
        (behind(route(Via.LOCAL, PART)), NONE, NONE),
        (behind(route(Via.NOWHERE, PART), GATEWAY), ALL, ALL),
        (behind(route(Via.NAT)), ALL, NONE),
        (behind(route(Via.NAT, target="elsewhere")), UNKNOWN, NONE),
    ],
)
def test_the_way_to_and_from_the_internet(place: Place, out: Extent, into: Extent) -> None:
    network = Network({"nat": Nat("nat", PUBLIC_SUBNET._replace(key="home"))})
    assert to_internet(network, place, 443).extent is out
    assert from_internet(place, 443).extent is into


@pytest.mark.parametrize(
    ("nat", "expected", "reason"),
    [
        (Nat("nat", PUBLIC_SUBNET), ALL, None),
        (Nat("nat", PUBLIC_SUBNET, public=False), NONE, Reason.NO_ADDRESS_OUT),
        (Nat("nat", PUBLIC_SUBNET, public=None), UNKNOWN, None),
        (Nat("nat", None), UNKNOWN, None),
        (Nat("nat", PUBLIC_SUBNET._replace(table=None)), UNKNOWN, None),
        (Nat("nat", PUBLIC_SUBNET._replace(table=Table("t"))), NONE, Reason.NO_ROUTE),
        (Nat("nat", PUBLIC_SUBNET._replace(table=Table("t", (route(Via.NAT),)))), NONE, Reason.NO_GATEWAY),
        (Nat("nat", PUBLIC_SUBNET._replace(table=Table("t", (route(Via.UNKNOWN),)))), UNKNOWN, None),
    ],
)
def test_a_nat_gateway_leads_out_of_a_public_subnet(nat: Nat, expected: Extent, reason: Reason | None) -> None:
    private = PUBLIC_SUBNET._replace(key="private", table=Table("p", (route(Via.NAT),)))
    answer = to_internet(Network({"nat": nat}), TASK._replace(subnet=private, public=False), 443)
    assert answer.extent is expected
    assert [hop.reason for hop in answer.blockers] == ([reason] if reason else [])


THERE = Subnet("there", "vpc", IPv4Network("10.0.1.0/24"), TABLE)
DATABASE = Place("database", THERE, (OPEN,))


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        (PUBLIC_SUBNET, THERE, ALL),
        (PUBLIC_SUBNET._replace(vpc="other"), THERE, NONE),
        (PUBLIC_SUBNET._replace(vpc=None), THERE, UNKNOWN),
        (PUBLIC_SUBNET, THERE._replace(vpc=None), UNKNOWN),
        (PUBLIC_SUBNET._replace(vpc="other", table=None), THERE, UNKNOWN),
        (PUBLIC_SUBNET._replace(vpc="other", table=Table("t", complete=False)), THERE, UNKNOWN),
        (PUBLIC_SUBNET._replace(vpc="other", table=Table("t", (route(Via.UNKNOWN),))), THERE, UNKNOWN),
        (PUBLIC_SUBNET._replace(table=Table("t", (route(Via.NAT, IPv4Network("10.0.1.0/25")),))), THERE, UNKNOWN),
        (PUBLIC_SUBNET._replace(table=Table("t", (route(Via.NAT, IPv4Network("10.0.0.0/16")),))), THERE, UNKNOWN),
        (PUBLIC_SUBNET._replace(table=Table("t", (route(Via.NAT, IPv4Network("10.0.0.0/15")),))), THERE, ALL),
        (PUBLIC_SUBNET._replace(table=Table("t", (route(Via.LOCAL, IPv4Network("10.0.1.0/25")),))), THERE, ALL),
        (PUBLIC_SUBNET._replace(table=Table("t", (route(Via.NAT, IPv4Network("10.0.2.0/24")),))), THERE, ALL),
        (THERE._replace(vpc=None), THERE, ALL),  # one subnet: nothing is between them
    ],
)
def test_between_subnets(here: Subnet, there: Subnet, expected: Extent) -> None:
    answer = between(TASK._replace(subnet=here), DATABASE._replace(subnet=there), 5432)
    assert answer.extent is expected


INTERFACE = Endpoint("endpoint", LOGS, "vpc", gateway=False, places=(Place("endpoint", PUBLIC_SUBNET, (OPEN,)),))
SHUT_OFF = Place("endpoint", PUBLIC_SUBNET, (group(),))
S3 = Endpoint("s3", S3_SERVICE, "vpc", gateway=True, tables=frozenset({"p"}))
SHUT = TASK._replace(subnet=Subnet("private", "vpc", HERE, Table("p")), public=False)


@pytest.mark.parametrize(
    ("endpoints", "closed", "service", "expected"),
    [
        ((), True, LOGS, NONE),
        ((), False, LOGS, UNKNOWN),
        ((INTERFACE,), True, LOGS, ALL),
        ((INTERFACE,), True, AwsService("ecr.api"), NONE),
        ((INTERFACE._replace(vpc="other"),), True, LOGS, NONE),
        ((INTERFACE._replace(vpc=None),), True, LOGS, ALL),
        ((INTERFACE._replace(private_dns=False),), True, LOGS, NONE),
        ((INTERFACE._replace(private_dns=None),), True, LOGS, UNKNOWN),
        ((INTERFACE._replace(private_dns=None, places=(SHUT_OFF,)),), True, LOGS, UNKNOWN),
        ((INTERFACE._replace(places=(SHUT_OFF,)),), True, LOGS, NONE),
        ((INTERFACE._replace(service=None),), True, LOGS, UNKNOWN),
        ((S3,), True, S3_SERVICE, ALL),
        ((S3._replace(tables=frozenset()),), True, S3_SERVICE, NONE),
        ((S3._replace(tables=frozenset(), tables_known=False),), True, S3_SERVICE, UNKNOWN),
        ((S3._replace(vpc="other"),), True, S3_SERVICE, NONE),
    ],
)
def test_the_way_to_a_service(
    endpoints: tuple[Endpoint, ...],
    closed: bool,  # noqa: FBT001 - a row of the table
    service: AwsService,
    expected: Extent,
) -> None:
    assert to_service(Network({}, endpoints, closed), SHUT, service).extent is expected


ANY = entry(100, ANYWHERE)
ALL_OPEN = Acl("acl", (ANY,), (ANY,))


def shut(direction: str, network: IPv4Network, ports: Ports) -> Acl:
    """An ACL that lets everything through but one range of ports, in one direction."""
    entries = (entry(1, network, ports, allows=False), ANY)
    return ALL_OPEN._replace(ingress=entries) if direction == "ingress" else ALL_OPEN._replace(egress=entries)


SOURCE, HOME = IPv4Network("10.0.0.0/24"), IPv4Network("10.0.9.0/24")
REST: Ports = (50000, 50000)
"""A port that only answers use."""


@pytest.mark.parametrize(
    ("at", "direction", "network", "ports", "is_open"),
    [
        ("source", "egress", PUBLIC, WEB, False),
        ("source", "ingress", PUBLIC, REST, False),
        ("source", "ingress", PUBLIC, WEB, True),
        ("source", "egress", PUBLIC, REST, True),
        ("home", "ingress", SOURCE, WEB, False),
        ("home", "egress", SOURCE, REST, False),
        ("home", "egress", PUBLIC, WEB, False),
        ("home", "ingress", PUBLIC, REST, False),
        ("home", "egress", SOURCE, (80, 80), True),
        ("home", "ingress", PUBLIC, WEB, True),
    ],
)
def test_each_acl_on_the_way_through_a_nat_gateway(
    at: str,
    direction: str,
    network: IPv4Network,
    ports: Ports,
    is_open: bool,  # noqa: FBT001 - a row of the table
) -> None:
    acls = {"source": ALL_OPEN, "home": ALL_OPEN, at: shut(direction, network, ports)}
    inner = Subnet("source", "vpc", SOURCE, Table("t", (route(Via.NAT),)), acls["source"])
    home = Subnet("home", "vpc", HOME, TABLE, acls["home"])
    task = Place("task", inner, (OPEN,), ephemeral=(32768, 60999))
    answer = to_internet(Network({"nat": Nat("nat", home)}), task, 443)
    assert [(hop.reason, hop.direction) for hop in answer.blockers] == ([] if is_open else [(Reason.ACL, direction)])
    assert is_open or at in answer.blockers[0].text


@pytest.mark.parametrize(
    ("direction", "network", "ports", "is_open"),
    [
        ("ingress", PUBLIC, WEB, False),
        ("egress", PUBLIC, REST, False),
        ("egress", PUBLIC, WEB, True),
        ("ingress", PUBLIC, REST, True),
    ],
)
def test_each_acl_on_the_way_in(direction: str, network: IPv4Network, ports: Ports, is_open: bool) -> None:  # noqa: FBT001
    place = TASK._replace(subnet=PUBLIC_SUBNET._replace(acl=shut(direction, network, ports)))
    answer = from_internet(place, 443)
    assert [(hop.reason, hop.direction) for hop in answer.blockers] == ([] if is_open else [(Reason.ACL, direction)])


@pytest.mark.parametrize(
    ("at", "direction", "network", "ports", "is_open"),
    [
        ("source", "egress", HOME, (5432, 5432), False),
        ("target", "ingress", SOURCE, (5432, 5432), False),
        ("target", "egress", SOURCE, REST, False),
        ("source", "ingress", HOME, REST, False),
        ("source", "ingress", HOME, (5432, 5432), True),
        ("target", "egress", SOURCE, (5432, 5432), True),
        ("source", "egress", SOURCE, (5432, 5432), True),
    ],
)
def test_each_acl_between_two_subnets(
    at: str,
    direction: str,
    network: IPv4Network,
    ports: Ports,
    is_open: bool,  # noqa: FBT001 - a row of the table
) -> None:
    acls = {"source": ALL_OPEN, "target": ALL_OPEN, at: shut(direction, network, ports)}
    here, there = (Subnet(key, "vpc", cidr, TABLE, acls[key]) for key, cidr in (("source", SOURCE), ("target", HOME)))
    task = Place("task", here, (OPEN,), ephemeral=(32768, 60999))
    answer = between(task, Place("database", there, (OPEN,)), 5432)
    assert [(hop.reason, hop.direction) for hop in answer.blockers] == ([] if is_open else [(Reason.ACL, direction)])
    same = between(task._replace(subnet=there), Place("database", there, (OPEN,)), 5432)
    assert same.extent is ALL  # an ACL stands at the border of its subnet


def test_a_nat_gateway_in_the_subnet_itself_meets_its_acl_once() -> None:
    home = PUBLIC_SUBNET._replace(table=Table("t", (route(Via.NAT),)), acl=shut("ingress", SOURCE, WEB))
    answer = to_internet(
        Network({"nat": Nat("nat", home._replace(table=TABLE))}), TASK._replace(subnet=home, public=False), 443
    )
    assert answer.extent is ALL


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            to_internet(Network(), TASK, 443),
            ["allows tcp/443 to 0.0.0.0/0", "routes to igw", "has a public IP address"],
        ),
        (
            to_internet(Network(), TASK._replace(public=False), 443),
            ["has no public IP address, which an internet gateway requires"],
        ),
        (
            to_internet(
                Network({"nat": Nat("nat", PUBLIC_SUBNET._replace(key="h"), public=False)}), behind(route(Via.NAT)), 443
            ),
            ["is in h and has no public IP address", "routes to igw"],
        ),
        (
            to_internet(Network({"nat": Nat("nat", PUBLIC_SUBNET._replace(key="h"))}), behind(route(Via.NAT)), 443),
            ["is in h and has a public IP address"],
        ),
        (to_internet(Network(), behind(route(Via.NAT, target="x")), 443), ["its subnet or route table is unknown"]),
        (
            to_internet(
                Network({"nat": Nat("nat", behind(route(Via.LOCAL, target="y")).subnet)}), behind(route(Via.NAT)), 443
            ),
            ["its subnet routes to y, not to an internet gateway"],
        ),
        (from_internet(TASK, 443), ["has a public IP address", "routes to igw", "allows tcp/443 from 0.0.0.0/0"]),
        (from_internet(TASK._replace(public=False), 443), ["has no public IP address"]),
        (from_internet(TASK._replace(subnet=None), 443), ["its subnet or route table is unknown"]),
        (
            between(TASK, DATABASE._replace(subnet=THERE._replace(vpc="other")), 5432),
            ["there is in another VPC"],
        ),
        (
            between(TASK, DATABASE._replace(subnet=THERE._replace(vpc=None)), 5432),
            ["unknown whether both subnets are in the same VPC"],
        ),
        (
            to_service(Network(endpoints=(S3,)), SHUT, S3_SERVICE),
            ["allows tcp/443 to 0.0.0.0/0", "routes traffic to s3"],
        ),
        (to_service(Network(endpoints=(INTERFACE,)), SHUT, LOGS), ["private DNS resolves logs to this endpoint"]),
        (to_service(Network(closed=False), SHUT, LOGS), ["may be reached through an unknown VPC endpoint"]),
    ],
)
def test_the_words_of_a_way(answer: Answer, words: list[str]) -> None:
    assert [word for word in words if word not in [hop.text for hop in answer.hops]] == []


ROUTED_HOME = Nat("nat", PUBLIC_SUBNET._replace(key="home"))


@pytest.mark.parametrize(
    ("place", "reasons"),
    [
        (behind(), [Reason.NO_ROUTE]),
        (behind(route(Via.NOWHERE)), [Reason.DEAD_ROUTE]),
        (behind(route(Via.LOCAL)), [Reason.NO_GATEWAY]),
        (TASK._replace(public=False), [Reason.NO_ADDRESS_OUT]),
        (TASK._replace(groups=(group(),)), [Reason.GROUPS]),
    ],
)
def test_why_there_is_no_way_out(place: Place, reasons: list[Reason]) -> None:
    assert [hop.reason for hop in to_internet(Network({"nat": ROUTED_HOME}), place, 443).blockers] == reasons


@pytest.mark.parametrize(
    ("place", "reasons"),
    [
        (behind(), [Reason.NO_ROUTE]),
        (behind(route(Via.NAT)), [Reason.NO_GATEWAY]),
        (TASK._replace(public=False), [Reason.NO_ADDRESS_IN]),
        (TASK._replace(groups=(group(),)), [Reason.GROUPS]),
    ],
)
def test_why_there_is_no_way_in(place: Place, reasons: list[Reason]) -> None:
    assert [hop.reason for hop in from_internet(place, 443).blockers] == reasons


@pytest.mark.parametrize(
    ("extents", "whole", "blockers"),
    [
        ([], ALL, 0),
        ([ALL, ALL], ALL, 0),
        ([ALL, SOME], SOME, 1),
        ([UNKNOWN, SOME], UNKNOWN, 1),
        ([UNKNOWN, NONE], NONE, 1),
        ([NONE, SOME], NONE, 2),
    ],
)
def test_a_way_is_as_open_as_its_narrowest_hop(extents: list[Extent], whole: Extent, blockers: int) -> None:
    answer = Answer(tuple(Hop((str(number),), "", extent) for number, extent in enumerate(extents)))
    assert (answer.extent, len(answer.blockers)) == (whole, blockers)


def test_who_admits_everybody_and_what_a_hop_is_called() -> None:
    place = Place("p", None, (None, group(permit(HERE), permit(ANYWHERE, component="wide"), permit("other"))))
    assert open_to_anywhere([PEER, place]) == "wide"
    assert open_to_anywhere([PEER]) is None
    assert place.permits("ingress") == [permit(HERE), permit(ANYWHERE, component="wide"), permit("other")]
    hop = Hop(("a", "b"), "", NONE, Reason.GROUPS)
    assert (hop.component, hop.code, Hop(("a",), "").code) == ("a, b", "ENI_SG_RULES_MISMATCH", "")
