"""Security groups and network ACLs of a graph, however they were written: inline, as rules of their own, or the VPC's default.

Owns the reading; `filters` decides. A rule that may or may not exist makes its group incomplete.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Final

from stage3c.graph import Graph, Ref, Resource, Value, blocks, flag, items, number
from stage3c.reach.aws_services import AwsService, members_of_prefix_list
from stage3c.reach.network import ALL_PORTS, ANYWHERE, Acl, AclEntry, Group, Permit, Ports

_TCP: Final = {"tcp", "6"}
_ANY_PROTOCOL: Final = {"-1", "all"}
_DIRECTIONS: Final = ("ingress", "egress")
_SEPARATE: Final = {
    "aws_vpc_security_group_ingress_rule": "ingress",
    "aws_vpc_security_group_egress_rule": "egress",
}
_GROUP_KINDS: Final = ("aws_security_group", "aws_default_security_group")

_Rules = dict[tuple[str, str], list[Permit]]


def security_groups(graph: Graph) -> dict[str, Group]:
    """The groups that the graph makes, by address; a VPC's untouched default group by `<vpc>.default`."""
    permits: _Rules = defaultdict(list)
    owners = graph.of_type(*_GROUP_KINDS)
    loose = {owner.address for owner in owners if graph.is_handed_out(owner) or not owner.certain}
    for owner in owners:
        for direction in _DIRECTIONS:
            written = owner.attributes.get(direction)
            if written is not None and not isinstance(written, list | tuple | Mapping):
                loose.add(owner.address)
            for block in blocks(written):
                permits[owner.address, direction] += _permits(graph, block, owner.address, owner)
    stray = _read_separate_rules(graph, permits, loose)
    keys = [owner.address for owner in owners]
    for vpc in _vpcs_with_untouched_group(graph):
        key = f"{vpc.address}.default"
        permits[key, "ingress"].append(Permit(ALL_PORTS, key, key))
        permits[key, "egress"].append(Permit(ALL_PORTS, ANYWHERE, key))
        keys.append(key)
        if graph.is_handed_out(vpc):
            loose.add(key)
    return {
        key: Group(key, tuple(permits[key, "ingress"]), tuple(permits[key, "egress"]), not stray and key not in loose)
        for key in keys
    }


def _read_separate_rules(graph: Graph, permits: _Rules, loose: set[str]) -> bool:
    """Add the rules that are resources of their own; True where one may belong to any group."""
    stray = False
    for rule, direction in _separate_rules(graph):
        written = rule.attributes.get("security_group_id")
        owner = group_key(graph, written)
        if owner is None:
            stray = stray or not isinstance(written, str | Ref)
        elif direction is not None and rule.certain:
            permits[owner, direction] += _permits(graph, rule.attributes, owner, rule)
        else:
            loose.add(owner)
    return stray


def _vpcs_with_untouched_group(graph: Graph) -> list[Resource]:
    """The VPCs whose default group is as AWS makes it: open to itself and to go anywhere."""
    adopted = {_vpc_of_default(resource.attributes) for resource in graph.of_type("aws_default_security_group")}
    return [vpc for vpc in graph.of_type("aws_vpc") if vpc.address not in adopted]


def _vpc_of_default(attributes: Mapping[str, Value]) -> str:
    vpc = attributes.get("vpc_id")
    return vpc.address if isinstance(vpc, Ref) else ""


def _separate_rules(graph: Graph) -> Iterator[tuple[Resource, str | None]]:
    for kind, direction in _SEPARATE.items():
        for rule in graph.of_type(kind):
            yield rule, direction
    for rule in graph.of_type("aws_security_group_rule"):
        written = rule.attributes.get("type")
        yield rule, written if isinstance(written, str) and written in _DIRECTIONS else None


def _permits(graph: Graph, rule: Mapping[str, Value], owner: str, origin: Resource) -> list[Permit]:
    ports = _ports(rule.get("protocol", rule.get("ip_protocol")), rule.get("from_port"), rule.get("to_port"))
    return (
        []
        if ports == ()
        else [Permit(ports or None, peer, origin.address) for peer in _peers(graph, rule, owner, origin)]
    )


def _ports(protocol: Value, first: Value, last: Value) -> Ports | tuple[()] | None:
    """The TCP ports of a rule; empty for another protocol, None where they are not known."""
    text = str(number(protocol)) if isinstance(protocol, int) else protocol
    if not isinstance(text, str):
        return None
    if text.lower() in _ANY_PROTOCOL:
        return ALL_PORTS
    if text.lower() not in _TCP:
        return ()
    low, high = number(first), number(last)
    return None if low is None or high is None else (low, high)


def _peers(
    graph: Graph, rule: Mapping[str, Value], owner: str, origin: Resource
) -> Iterator[IPv4Network | str | AwsService | None]:
    for key in ("cidr_blocks", "cidr_ipv4"):
        for cidr in items(rule.get(key)):
            yield from _networks(graph.resolved(cidr))
    for key in ("security_groups", "source_security_group_id", "referenced_security_group_id"):
        for group in items(rule.get(key)):
            yield group_key(graph, group)
    for key in ("prefix_list_ids", "prefix_list_id"):
        for found in items(rule.get(key)):
            yield from members_of_prefix_list(graph, found, origin)
    itself = flag(rule.get("self"), default=False)
    if itself is not False:
        yield owner if itself else None


def _networks(value: Value) -> Iterator[IPv4Network | None]:
    if not isinstance(value, str):
        yield None
        return
    try:
        yield IPv4Network(value, strict=False)
    except ValueError:  # IPv6, or nothing at all
        return


def group_key(graph: Graph, value: Value) -> str | None:
    """The key of the group that a reference means, or None where it is none of the graph's."""
    value = graph.resolved(value) if isinstance(value, Ref) and value.attribute == "security_group_id" else value
    target = graph.target(value)
    if target is None or not isinstance(value, Ref):
        return None
    if target.type == "aws_vpc" and value.attribute == "default_security_group_id":
        defaults = graph.of_type("aws_default_security_group")
        adopted = (each.address for each in defaults if _vpc_of_default(each.attributes) == target.address)
        return next(adopted, f"{target.address}.default")
    return target.address if target.type in _GROUP_KINDS and target.mode == "resource" else None


def network_acls(graph: Graph) -> dict[str, Acl]:
    """The ACLs that the graph makes, by address."""
    found: dict[str, Acl] = {}
    for acl in graph.of_type("aws_network_acl", "aws_default_network_acl"):
        rules = graph.users(acl, "aws_network_acl_rule")
        sides = {d: [e for b in blocks(acl.attributes.get(d)) for e in _entry(b)] for d in _DIRECTIONS}
        for rule in rules:
            sides["egress" if _is_egress(rule) else "ingress"] += _entry(rule.attributes)
        written = [acl.attributes.get(direction) for direction in _DIRECTIONS]
        readable = all(value is None or isinstance(value, list | tuple | Mapping) for value in written)
        certain = all(rule.certain and _is_egress(rule) is not None for rule in rules) and not graph.is_handed_out(acl)
        found[acl.address] = Acl(acl.address, tuple(sides["ingress"]), tuple(sides["egress"]), readable and certain)
    return found


def _is_egress(rule: Resource) -> bool | None:
    return flag(rule.attributes.get("egress"), default=False)


def _entry(block: Mapping[str, Value]) -> list[AclEntry]:
    order = number(block.get("rule_no", block.get("rule_number")))
    action = block.get("action", block.get("rule_action"))
    ports = _ports(block.get("protocol"), block.get("from_port"), block.get("to_port"))
    if ports == ():
        return []
    cidr = block.get("cidr_block")
    if cidr is None and block.get("ipv6_cidr_block") is not None:
        return []
    network = next(_networks(cidr), None)
    allows = isinstance(action, str) and action.lower() == "allow"
    is_known = order is not None and isinstance(action, str)
    return [AclEntry(order if order is not None else 0, allows, ports or None, network if is_known else None)]
