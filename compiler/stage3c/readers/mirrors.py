"""What stands twice in a state: AWS reports the rules of a group, or the routes of a table, also where they are resources.

What is a resource of its own is taken out of its owner; what only the owner has was made by somebody else, and stays.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from stage3c.graph import Ref, Resource, Value, blocks, items

_Peer = tuple[object, ...]
"""A protocol, ports and one source or destination; or a route's destination."""

_DIRECTIONS: Final = {
    "aws_vpc_security_group_ingress_rule": "ingress",
    "aws_vpc_security_group_egress_rule": "egress",
}
_PEERS: Final = {
    "cidr_blocks": "cidr",
    "cidr_ipv4": "cidr",
    "ipv6_cidr_blocks": "cidr",
    "cidr_ipv6": "cidr",
    "prefix_list_ids": "list",
    "prefix_list_id": "list",
    "security_groups": "group",
    "source_security_group_id": "group",
    "referenced_security_group_id": "group",
}
_DESTINATIONS: Final = {
    "cidr_block": "destination_cidr_block",
    "ipv6_cidr_block": "destination_ipv6_cidr_block",
    "destination_prefix_list_id": "destination_prefix_list_id",
}
_ELSEWHERE: Final = {
    "aws_network_acl_rule": ("network_acl_id", ("ingress", "egress")),
    "aws_iam_role_policy": ("role", ("inline_policy",)),
    "aws_iam_role_policy_attachment": ("role", ("managed_policy_arns",)),
}
"""Kinds that stand for a part of their owner: the argument that names it, and the parts."""


def without_mirrored(resources: Mapping[str, Resource]) -> Iterator[Resource]:
    """The resources, with nothing in them that another resource is."""
    peers: dict[tuple[str, str], set[_Peer]] = defaultdict(set)
    gone: dict[str, set[str]] = defaultdict(set)
    for resource in resources.values():
        for owner, part, peer in _mirrored(resource):
            peers[owner, part].add(peer)
        argument, parts = _ELSEWHERE.get(resource.type, ("", ()))
        named = resource.attributes.get(argument)
        if isinstance(named, Ref):
            gone[named.address].update(parts)
    for address, resource in resources.items():
        made_of = {key: value for key, value in resource.attributes.items() if key not in gone[address]}
        if resource.type == "aws_lb" and "subnets" in made_of and not _has_addresses(made_of.get("subnet_mapping")):
            made_of.pop("subnet_mapping", None)
        for part in ("ingress", "egress", "route"):
            if peers[address, part] and isinstance(made_of.get(part), list):
                made_of[part] = list(_others(address, part, made_of[part], peers[address, part]))
        yield replace(resource, attributes=made_of)


def _has_addresses(value: Value) -> bool:
    return any(block.get("allocation_id") or block.get("private_ipv4_address") for block in blocks(value))


def _mirrored(resource: Resource) -> Iterator[tuple[str, str, _Peer]]:
    """The owner of a rule or route, the part of it, and what the part has."""
    made_of = resource.attributes
    table, group = made_of.get("route_table_id"), made_of.get("security_group_id")
    if resource.type == "aws_route" and isinstance(table, Ref):
        for there in _DESTINATIONS.values():
            if made_of.get(there) is not None:
                yield table.address, "route", (made_of[there],)
    direction = made_of.get("type") if resource.type == "aws_security_group_rule" else _DIRECTIONS.get(resource.type)
    if isinstance(direction, str) and isinstance(group, Ref):
        for peer, _, _ in _peers(group.address, made_of):
            yield group.address, direction, peer


def _peers(owner: str, rule: Mapping[str, Value]) -> Iterator[tuple[_Peer, str, Value]]:
    """Each source or destination of a rule, with the argument and the member that it is."""
    protocol = str(rule.get("protocol", rule.get("ip_protocol"))).lower()
    every = protocol in ("-1", "all")
    ports = ("-1",) if every else (protocol, str(rule.get("from_port")), str(rule.get("to_port")))
    for argument, kind in _PEERS.items():
        for member in items(rule.get(argument)):
            peer = member.address if isinstance(member, Ref) else repr(member)
            yield (*ports, kind, peer), argument, member
    if rule.get("self") is True:
        yield (*ports, "group", owner), "self", True


def _others(owner: str, part: str, value: Value, known: set[_Peer]) -> Iterator[Value]:
    for block in blocks(value):
        if part == "route":
            if not any(block.get(here) is not None and (block[here],) in known for here in _DESTINATIONS):
                yield block
            continue
        left: dict[str, Value] = {key: inner for key, inner in block.items() if key not in _PEERS and key != "self"}
        others: dict[str, list[Value]] = defaultdict(list)
        for peer, argument, member in _peers(owner, block):
            if peer not in known:
                others[argument].append(member)
        if others:
            yield {**left, **{key: True if key == "self" else members for key, members in others.items()}}
