"""Security group rule is not valid."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, blocks, items, number
from stage3c.rules.rule import Rule, found_at

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
            yield found_at(owner, f"a rule of {owner.address} {fault[0]}.", f"{fault[1]}.")


def _rules(graph: Graph) -> Iterator[tuple[Resource, Mapping[str, Value]]]:
    yield from ((rule, rule.attributes) for rule in graph.of_type(*_SEPARATE))
    for owner in graph.of_type(*_GROUPS):
        for direction in ("ingress", "egress"):
            yield from ((owner, block) for block in blocks(owner.attributes.get(direction)))


def _fault(graph: Graph, rule: Mapping[str, Value]) -> tuple[str, str] | None:
    if not any(rule.get(peer) not in (None, False, []) for peer in _PEERS):
        return "has no source or destination", 'set cidr_ipv4 = "10.0.0.0/16", or referenced_security_group_id'
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
        return f'has "{wrong}", which is not an IP range', 'write a range such as "10.0.0.0/16"'
    lists = [*items(rule.get("prefix_list_id")), *items(rule.get("prefix_list_ids"))]
    endpoint = next(
        (t for value in lists if (t := graph.target(value)) is not None and t.type == "aws_vpc_endpoint"), None
    )
    if endpoint is not None and endpoint.attributes.get("vpc_endpoint_type") == "Interface":
        return (
            f"has the prefix list of {endpoint.address}, an interface endpoint, which has none",
            "set referenced_security_group_id to the security group of the endpoint",
        )
    protocol = rule.get("ip_protocol", rule.get("protocol"))
    if isinstance(protocol, str) and not (protocol.lower() in _PROTOCOLS or protocol.lstrip("-").isdigit()):
        return f'has protocol "{protocol}", which does not exist', 'set the protocol to "tcp"'
    return _fault_of_ports(graph, rule) if protocol in ("tcp", "udp", "6", "17", 6, 17) else None


def _fault_of_ports(graph: Graph, rule: Mapping[str, Value]) -> tuple[str, str] | None:
    written = [graph.resolved(rule.get(key)) for key in ("from_port", "to_port")]
    if None in written:
        return "has no ports", "set from_port = 443 and to_port = 443"
    ports = [number(value) for value in written]
    known = [port for port in ports if port is not None]
    if len(known) == len(ports) and (known[0] > known[1] or known[0] < 0 or known[1] > _PORT_MAX):
        return f"has from_port {known[0]} and to_port {known[1]}", _order(known)
    return None


def _order(ports: list[int]) -> str:
    low, high = (min(max(port, 0), _PORT_MAX) for port in sorted(ports))
    return f"set from_port = {low} and to_port = {high}"


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
    title="Security group rule is not valid",
    what=(
        "A security group rule has no source or destination, no ports, a reversed port range, or an invalid IP range."
    ),
    why="AWS rejects it at apply, after other resources were created.",
    fix='Set from_port, to_port and one source or destination, such as `cidr_ipv4 = "10.0.0.0/16"`.',
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc_security_group_ingress_rule" "http" {
  security_group_id = aws_security_group.load_balancer.id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
}
""",
    check_graph=check,
)
