"""A network in plain terms: groups, network ACLs, routes, subnets, endpoints, and the places between which packets go.

Knows no Terraform and decides nothing. What is not known is None, or marked as not complete.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from stage3c.reach.aws_services import AwsService

ANYWHERE: Final = IPv4Network("0.0.0.0/0")

Ports: TypeAlias = tuple[int, int]
"""The first and the last port of a range."""

ALL_PORTS: Final[Ports] = (0, 65535)

EPHEMERAL: Final[Ports] = (1024, 65535)
"""Where load balancers, NAT gateways and clients of the internet take answers,
https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports (2026-11-24)."""

EPHEMERAL_OF_LINUX: Final[Ports] = (32768, 60999)


class Extent(Enum):
    """For how many of the packets in question something holds; `SOME` is certainly not all."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"


class Permit(NamedTuple):
    """A rule of a security group. The peer is a network, the key of a group, an AWS service, or None: not known."""

    ports: Ports | None
    peer: IPv4Network | str | AwsService | None
    component: str


class Group(NamedTuple):
    """A security group; `complete` is False where it may have rules that nobody told us of."""

    key: str
    ingress: tuple[Permit, ...] = ()
    egress: tuple[Permit, ...] = ()
    complete: bool = True


class AclEntry(NamedTuple):
    """A numbered entry of a network ACL; ports or network None: not known."""

    number: int
    allows: bool
    ports: Ports | None
    network: IPv4Network | None


class Acl(NamedTuple):
    """A network ACL; entries apply in the order of their numbers, and what none matches is denied."""

    key: str
    ingress: tuple[AclEntry, ...] = ()
    egress: tuple[AclEntry, ...] = ()
    complete: bool = True


class Via(Enum):
    """What a route leads to."""

    LOCAL = "the VPC itself"
    INTERNET = "an internet gateway"
    NAT = "a NAT gateway"
    NOWHERE = "a target that does not exist"
    UNKNOWN = "an unknown target"


class Route(NamedTuple):
    """A route; without a destination it leads to addresses that are not known."""

    destination: IPv4Network | None
    via: Via
    target: str
    component: str


class Table(NamedTuple):
    """A route table. `is_main` marks the VPC's own, into which subnets fall that are associated with none."""

    key: str
    routes: tuple[Route, ...] = ()
    complete: bool = True
    is_main: bool = False


class Subnet(NamedTuple):
    """A subnet; table None: not known. An ACL of None is the VPC's default one, which admits everything."""

    key: str
    vpc: str | None
    cidr: IPv4Network | None
    table: Table | None
    acl: Acl | None = None


def leads_to_the_internet(subnet: Subnet) -> bool:
    """Tell whether the table of a subnet certainly has a default route to an internet gateway."""
    if subnet.table is None or not subnet.table.complete:
        return False
    return any(route.destination == ANYWHERE and route.via is Via.INTERNET for route in subnet.table.routes)


class Nat(NamedTuple):
    """A NAT gateway; `public` tells whether it has an address of the internet."""

    key: str
    subnet: Subnet | None
    public: bool | None = True


class Place(NamedTuple):
    """A network interface, or one of several alike: where it is, and behind which groups (None among them: not known).

    No groups at all means that none filter, as at a NAT gateway.
    """

    key: str
    subnet: Subnet | None
    groups: tuple[Group | None, ...] = ()
    public: bool | None = False
    ephemeral: Ports = EPHEMERAL

    def permits(self, direction: str) -> list[Permit]:
        """The rules of its groups, as far as these are known."""
        return [permit for group in self.groups if group for permit in getattr(group, direction)]


def open_to_anywhere(places: Sequence[Place]) -> str | None:
    """The component that admits everybody to some of these places, if one does."""
    permits = (permit for place in places for permit in place.permits("ingress"))
    return next((permit.component for permit in permits if permit.peer == ANYWHERE), None)


class Endpoint(NamedTuple):
    """A VPC endpoint: a gateway has route tables, an interface has places and, or not, private DNS."""

    key: str
    service: AwsService | None
    vpc: str | None
    gateway: bool
    tables: frozenset[str] = frozenset()
    tables_known: bool = True
    places: tuple[Place, ...] = ()
    private_dns: bool | None = True


class Network(NamedTuple):
    """What lies between the places: NAT gateways by key, and endpoints."""

    nats: Mapping[str, Nat] = MappingProxyType({})
    endpoints: tuple[Endpoint, ...] = ()
    closed: bool = True
    """Whether all endpoints there may be are known."""


class Reason(Enum):
    """Why something stops packets, as Reachability Analyzer calls it; and what says nothing, since it stops none."""

    GROUPS = "ENI_SG_RULES_MISMATCH"
    ACL = "SUBNET_ACL_RESTRICTION"
    NO_ROUTE = "NO_ROUTE_TO_DESTINATION"
    DEAD_ROUTE = "BAD_STATE_ROUTE"
    NO_GATEWAY = "NO_PATH"
    NO_ADDRESS_OUT = "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS"
    NO_ADDRESS_IN = "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS"
    NO_LISTENER = "ELBV2_LISTENER_PORT_RESTRICTION"
    DEFAULT_ACL = ""


class Hop(NamedTuple):
    """What packets meet on the way, and how it went; `text` is for people alone, everything else is told by fields.

    The components are keys of the network, or words where one is unknown. The direction is that of what filters:
    ingress or egress. The reason stands where something stops packets, or would.
    """

    components: tuple[str, ...]
    text: str
    extent: Extent = Extent.ALL
    reason: Reason | None = None
    direction: str = ""

    @property
    def component(self) -> str:
        """Its components, for a sentence."""
        return ", ".join(self.components)

    @property
    def code(self) -> str:
        """The explanation code, or nothing."""
        return self.reason.value if self.reason else ""


class Answer(NamedTuple):
    """The way, hop by hop, including what blocks it."""

    hops: tuple[Hop, ...]

    @property
    def extent(self) -> Extent:
        """For how many packets the whole way is open."""
        found = {hop.extent for hop in self.hops}
        order = (Extent.NONE, Extent.UNKNOWN, Extent.SOME)
        return next((extent for extent in order if extent in found), Extent.ALL)

    @property
    def blockers(self) -> tuple[Hop, ...]:
        """Everything on the way that certainly stops packets."""
        return tuple(hop for hop in self.hops if hop.extent in (Extent.NONE, Extent.SOME))
