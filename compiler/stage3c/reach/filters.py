"""What security groups and network ACLs let through, for all, some or none of the packets in question.

Groups add up and are stateful; an ACL's entries apply in order, and answers need an entry of their own.
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from typing import Final, TypeAlias

from stage3c.reach.aws_services import AwsService
from stage3c.reach.network import (
    ALL_PORTS,
    ANYWHERE,
    Extent,
    Group,
    Hop,
    Permit,
    Place,
    Ports,
    Reason,
    Subnet,
)

_TRAFFIC: Final = {"egress": "outbound", "ingress": "inbound"}
_PRIVATE: Final = tuple(IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def group_hop(groups: Sequence[Group | None], direction: str, peer: Place, port: int) -> Hop:
    """Groups of one interface add up; a permit names the peer's group or covers its subnet."""
    if not groups:
        return Hop((peer.key,), f"no security group restricts {_TRAFFIC[direction]} traffic", direction=direction)
    permits = [permit for group in groups if group for permit in getattr(group, direction)]
    keys = {group.key for group in peer.groups if group}
    fitting = [permit for permit in permits if permit.ports and permit.ports[0] <= port <= permit.ports[1]]
    named = next((permit for permit in fitting if isinstance(permit.peer, str) and permit.peer in keys), None)
    word = "to" if direction == "egress" else "from"
    if named:
        return Hop((named.component,), f"allows tcp/{port} {word} {named.peer}", direction=direction)
    networks = [permit.peer for permit in fitting if isinstance(permit.peer, IPv4Network)]
    extent = _extent_of(peer.subnet.cidr if peer.subnet else None, networks)
    if extent is Extent.ALL:
        component = next(permit.component for permit in fitting if isinstance(permit.peer, IPv4Network))
        return Hop((component,), f"allows tcp/{port} {word} {_listed(networks)}", direction=direction)
    loose = any(permit.ports is None for permit in permits) or any(permit.peer is None for permit in fitting)
    hidden = None in groups or None in peer.groups or any(group and not group.complete for group in groups)
    if extent is not Extent.UNKNOWN and (loose or hidden):
        extent = Extent.UNKNOWN
    return Hop(_names(groups), _refusal(permits, direction, peer, port), extent, Reason.GROUPS, direction)


def acl_hop(subnet: Subnet, direction: str, peer: IPv4Network | None, ports: Ports) -> Hop:
    """Whether a subnet's ACL lets a range of ports through from or to a network."""
    acl = subnet.acl
    if acl is None:
        text = f"the default network ACL allows all {_TRAFFIC[direction]} traffic"
        return Hop((subnet.key,), text, reason=Reason.DEFAULT_ACL, direction=direction)
    entries = acl.ingress if direction == "ingress" else acl.egress
    ordered = [(e.network, e.ports, e.allows) for e in sorted(entries, key=lambda entry: entry.number)]
    whole = (int(peer[0]), int(peer[-1])) if peer else (0, 2**32 - 1)
    extent = _verdict(*_area(whole, ports, ordered))
    if extent is not Extent.ALL and (not acl.complete or (peer is None and extent is Extent.SOME)):
        extent = Extent.UNKNOWN
    span = f"tcp/{ports[0]}" if ports[0] == ports[1] else f"tcp/{ports[0]}-{ports[1]}"
    words = "allows" if extent is Extent.ALL else "does not allow"
    whom = f"{'from' if direction == 'ingress' else 'to'} {peer or 'unknown addresses'}"
    text = f"{words} {_TRAFFIC[direction]} {span} {whom} in {subnet.key}"
    return Hop((acl.key,), text, extent, Reason.ACL, direction)


def outward(groups: Sequence[Group | None], port: int, service: AwsService | None = None) -> Hop:
    """Whether groups let packets out to an address of the internet that is not known, or to that of an AWS service."""
    permits = [permit for group in groups if group for permit in group.egress]
    fitting = [permit for permit in permits if permit.ports is None or permit.ports[0] <= port <= permit.ports[1]]
    leading = {permit: _leads_out(permit, service) for permit in fitting}
    sure = next((permit for permit, leads in leading.items() if leads and permit.ports), None)
    if not groups or sure:
        component, peer = (sure.component, _peer_text(sure)) if sure else ("no security group", str(ANYWHERE))
        return Hop((component,), f"allows tcp/{port} to {peer}", direction="egress")
    hidden = None in groups or any(group and not group.complete for group in groups)
    maybe = hidden or any(leads is not False for leads in leading.values())
    what = _refusal(permits, "egress", Place(service.text if service else "the internet", None), port)
    return Hop(_names(groups), what, Extent.UNKNOWN if maybe else Extent.NONE, Reason.GROUPS, "egress")


def _leads_out(permit: Permit, service: AwsService | None) -> bool | None:
    """Whether the peer of a rule has the address in question.

    A prefix list leads to its own service alone: S3's is neither the internet nor ECR.
    https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html (2026-11-28)
    """
    match permit.peer:
        case IPv4Network():
            return True if permit.peer == ANYWHERE else None if leaves_private_networks(permit.peer) else False
        case AwsService():
            return service.is_served_by(permit.peer) if service else False
        case None:
            return None
        case _:
            return False


def inward(target: Place, port: int) -> Hop:
    """Whether anybody of the internet is admitted; a load balancer for a few addresses is still a public one."""
    permits = target.permits("ingress")
    fitting = [permit for permit in permits if permit.ports and permit.ports[0] <= port <= permit.ports[1]]
    if not target.groups:
        return Hop((target.key,), "no security group restricts inbound traffic", direction="ingress")
    public = [p for p in fitting if isinstance(p.peer, IPv4Network) and _may_be_public(p)]
    if public:
        return Hop((public[0].component,), f"allows tcp/{port} from {public[0].peer}", direction="ingress")
    hidden = None in target.groups or any(group and not group.complete for group in target.groups)
    loose = any(p.ports is None for p in permits) or any(_may_be_public(permit) for permit in fitting)
    what = _refusal(permits, "ingress", Place("the internet", None), port)
    extent = Extent.UNKNOWN if hidden or loose else Extent.NONE
    return Hop(_names(target.groups), what, extent, Reason.GROUPS, "ingress")


def _names(groups: Sequence[Group | None]) -> tuple[str, ...]:
    return tuple(group.key if group else "an unknown security group" for group in groups)


def _may_be_public(permit: Permit) -> bool:
    if isinstance(permit.peer, IPv4Network):
        return leaves_private_networks(permit.peer)
    return permit.peer is None or isinstance(permit.peer, AwsService)


def leaves_private_networks(network: IPv4Network) -> bool:
    """Tell whether a network has addresses of the internet."""
    return not any(network.subnet_of(private) for private in _PRIVATE)


def known(value: bool | None) -> Extent:  # noqa: FBT001 - a fact, not a switch
    """As an extent: a fact that may not be known."""
    return Extent.UNKNOWN if value is None else Extent.ALL if value else Extent.NONE


def _refusal(permits: Sequence[Permit], direction: str, peer: Place, port: int) -> str:
    """Say what is not allowed, and what is instead."""
    word = "to" if direction == "egress" else "from"
    what = f"does not allow {_TRAFFIC[direction]} tcp/{port} {word} {peer.key}"
    admitted = dict.fromkeys(_permit_text(permit, word) for permit in permits)
    shown = "; ".join(list(admitted)[:4]) + ("; and more" if len(admitted) > 4 else "")  # noqa: PLR2004 - readable
    return f"{what}; it allows {shown}" if shown else f"{what}; it has no {_TRAFFIC[direction]} rules"


def _permit_text(permit: Permit, word: str) -> str:
    ports = "unknown ports" if permit.ports is None else "all ports" if permit.ports == ALL_PORTS else ""
    first, last = permit.ports or (0, 0)
    ports = ports or (f"tcp/{first}" if first == last else f"tcp/{first}-{last}")
    return f"{ports} {word} {_peer_text(permit)}"


def _peer_text(permit: Permit) -> str:
    peer = permit.peer
    return f"the prefix list of {peer.text}" if isinstance(peer, AwsService) else str(peer or "an unknown peer")


def _listed(networks: Sequence[IPv4Network]) -> str:
    return ", ".join(dict.fromkeys(str(network) for network in networks))


def _extent_of(cidr: IPv4Network | None, networks: Sequence[IPv4Network]) -> Extent:
    """How much of a network others cover together."""
    if not networks:
        return Extent.NONE
    if any(network.prefixlen == 0 for network in networks):
        return Extent.ALL
    if cidr is None:
        return Extent.UNKNOWN
    return _verdict(*_area((int(cidr[0]), int(cidr[-1])), ALL_PORTS, [(n, ALL_PORTS, True) for n in networks]))


_Rectangle: TypeAlias = tuple[Ports, Ports]

_Entry: TypeAlias = tuple[IPv4Network | None, Ports | None, bool]


def _area(addresses: Ports, ports: Ports, entries: Sequence[_Entry]) -> tuple[bool, bool, bool]:
    """Lay ordered entries over a rectangle of addresses and ports: whether any of it is allowed, denied, or unknown."""
    open_, allowed, denied, unknown = [(addresses, ports)], False, False, False
    for network, entry_ports, allows in entries:
        if not open_:
            break
        if network is None or entry_ports is None:
            unknown, open_ = True, []
            break
        rectangle = ((int(network[0]), int(network[-1])), entry_ports)
        if any(_overlap(rectangle, piece) for piece in open_):
            allowed, denied = allowed or allows, denied or not allows
            open_ = [rest for piece in open_ for rest in _without(piece, rectangle)]
    return allowed, denied or bool(open_), unknown


def _verdict(allowed: bool, denied: bool, unknown: bool) -> Extent:  # noqa: FBT001 - three facts
    if unknown:
        return Extent.UNKNOWN
    return Extent.ALL if not denied else Extent.SOME if allowed else Extent.NONE


def _overlap(one: _Rectangle, other: _Rectangle) -> bool:
    return all(a[0] <= b[1] and b[0] <= a[1] for a, b in zip(one, other, strict=True))


def _without(piece: _Rectangle, taken: _Rectangle) -> Iterator[_Rectangle]:
    """What is left of a rectangle when another is taken out of it."""
    if not _overlap(piece, taken):
        yield piece
        return
    (low, high), ports = piece
    (cut_low, cut_high), cut_ports = taken
    if low < cut_low:
        yield (low, cut_low - 1), ports
    if high > cut_high:
        yield (cut_high + 1, high), ports
    middle = (max(low, cut_low), min(high, cut_high))
    if ports[0] < cut_ports[0]:
        yield middle, (ports[0], cut_ports[0] - 1)
    if ports[1] > cut_ports[1]:
        yield middle, (cut_ports[1] + 1, ports[1])
