"""A firewall rule that AWS does not take."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, blocks, items, number
from stage3c.rules.rule import Rule

_SEPARATE: Final = (
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_security_group_rule",
)
_GROUPS: Final = ("aws_security_group", "aws_default_security_group")
_NETWORKS: Final = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
_PEERS: Final = (
    *_NETWORKS, "security_groups", "source_security_group_id", "referenced_security_group_id", "prefix_list_ids",
    "prefix_list_id", "self",
)  # fmt: skip
_PROTOCOLS: Final = ("tcp", "udp", "icmp", "icmpv6", "all", "-1")
_PORT_MAX: Final = 65535


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every rule, inline or of its own."""
    for owner, rule in _rules(graph):
        fault = _fault(graph, rule)
        if fault:
            origin = owner.origin
            fix = "name the ports from low to high, and one network, security group or prefix list."
            yield Finding(f"a rule of {owner.address} {fault}.", fix, origin.path, origin.span)


def _rules(graph: Graph) -> Iterator[tuple[Resource, Mapping[str, Value]]]:
    for kind in _SEPARATE:
        yield from ((rule, rule.attributes) for rule in graph.of_type(kind))
    for owner in (resource for kind in _GROUPS for resource in graph.of_type(kind)):
        for direction in ("ingress", "egress"):
            yield from ((owner, block) for block in blocks(owner.attributes.get(direction)))


def _fault(graph: Graph, rule: Mapping[str, Value]) -> str | None:
    if not any(rule.get(peer) not in (None, False, []) for peer in _PEERS):
        return "names no peer"
    wrong = next(
        (
            cidr
            for key in _NETWORKS
            for cidr in items(rule.get(key))
            if graph.resolved(cidr) != "" and not _is_network(graph.resolved(cidr))  # a default that waits for a value
        ),
        None,
    )
    if wrong is not None:
        return f'names "{wrong}", which is no network'
    lists = [*items(rule.get("prefix_list_id")), *items(rule.get("prefix_list_ids"))]
    endpoint = next(
        (t for value in lists if (t := graph.target(value)) is not None and t.type == "aws_vpc_endpoint"), None
    )
    if endpoint is not None and endpoint.attributes.get("vpc_endpoint_type") == "Interface":
        return f"names the prefix list of {endpoint.address}, an interface, which has none"
    protocol = rule.get("ip_protocol", rule.get("protocol"))
    if isinstance(protocol, str) and not (protocol.lower() in _PROTOCOLS or protocol.lstrip("-").isdigit()):
        return f'is for "{protocol}", which is no protocol'
    return _fault_of_ports(graph, rule) if protocol in ("tcp", "udp", "6", "17", 6, 17) else None


def _fault_of_ports(graph: Graph, rule: Mapping[str, Value]) -> str | None:
    written = [graph.resolved(rule.get(key)) for key in ("from_port", "to_port")]
    if None in written:
        return "names no ports"
    ports = [number(value) for value in written]
    known = [port for port in ports if port is not None]
    if len(known) == len(ports) and (known[0] > known[1] or known[0] < 0 or known[1] > _PORT_MAX):
        return f"has the ports {known[0]} to {known[1]}"
    return None


def _is_network(value: Value) -> bool:
    if not isinstance(value, str):
        return True
    try:
        ip_network(value)
    except ValueError:
        return False
    return True


RULE = Rule(
    id="NET215",
    scope="terraform",
    title="Firewall rule is incomplete",
    what="A rule of a security group or a network ACL names no peer, no ports, a range that runs backwards, or no network.",
    why="AWS refuses it at apply, after half of the stack is there.",
    fix="Name the ports from low to high, and one peer: a network, a security group or a prefix list.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 80
}
""",
    good_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
""",
    check_graph=check,
)
