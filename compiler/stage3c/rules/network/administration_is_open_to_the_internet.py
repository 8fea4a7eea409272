"""Administration or database port is open to the internet."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, Value, blocks, items, number
from stage3c.rules.rule import Rule, at

_EVERYBODY: Final = {"0.0.0.0/0": "IPv4", "::/0": "IPv6"}
_NETWORKS: Final = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
_PORTS: Final = {
    22: "SSH", 23: "Telnet", 445: "SMB", 1433: "SQL Server", 2049: "NFS", 2375: "Docker", 3306: "MySQL", 3389: "RDP",
    5432: "PostgreSQL", 5601: "Kibana", 6379: "Redis", 9200: "Elasticsearch", 11211: "memcached", 27017: "MongoDB",
}  # fmt: skip
_EVERY_PORT: Final = range(65536)


def check(graph: Graph) -> Iterator[Finding]:
    """Look at what each group admits; for IPv4, what services and databases admit is the subject of other rules."""
    for rule, group, entry in _entries(graph):
        users = {user.type for user in graph.users(group)} if group else set()
        for network in _open_networks(entry):
            family, ports = _EVERYBODY[network], _ports(entry)
            names = [f"{name} ({port})" for port, name in _PORTS.items() if port in ports]
            is_inner = bool(users & {"aws_ecs_service", "aws_db_instance"}) and "aws_lb" not in users
            if is_inner and family == "IPv6" and ports:
                past = ", bypassing the load balancer" if graph.of_type("aws_lb") else ""
                yield at(rule, f"allows inbound traffic from {network}, the whole internet over IPv6{past}", _FIX)
            elif names and not is_inner and (ports != _EVERY_PORT or "aws_lb" not in users):
                yield at(rule, f"opens {names[0]} to {network}", _FIX)


_FIX: Final = "allow only the security groups or the ranges that need it"


def _entries(graph: Graph) -> Iterator[tuple[Resource, Resource | None, Mapping[str, Value]]]:
    """Each inbound rule with the resource in which it stands and its group."""
    for rule in graph.of_type("aws_vpc_security_group_ingress_rule", "aws_security_group_rule"):
        if rule.attributes.get("type", "ingress") == "ingress":
            yield rule, graph.target(rule.attributes.get("security_group_id")), rule.attributes
    for group in graph.of_type("aws_security_group", "aws_default_security_group"):
        for block in blocks(group.attributes.get("ingress")):
            yield group, group, block


def _open_networks(entry: Mapping[str, Value]) -> list[str]:
    written = [value for key in _NETWORKS for value in items(entry.get(key)) if not isinstance(value, Ref)]
    return [value for value in written if isinstance(value, str) and value in _EVERYBODY]


def _ports(entry: Mapping[str, Value]) -> range:
    """The TCP ports of a rule; none where they are not known."""
    protocol = entry.get("ip_protocol", entry.get("protocol"))
    if str(protocol) in ("-1", "all"):
        return _EVERY_PORT
    first, last = number(entry.get("from_port")), number(entry.get("to_port"))
    known = str(protocol).lower() in ("tcp", "6") and first is not None and last is not None
    return range(first, last + 1) if known and first is not None and last is not None else range(0)


RULE = Rule(
    id="NET267",
    scope="terraform",
    title="Administration or database port is open to the internet",
    what="A security group opens SSH, RDP or a database to the whole internet, or tasks to the whole internet over IPv6.",
    why="Bots find such a port within minutes. ::/0 is as open as 0.0.0.0/0, and easily overlooked.",
    fix="Allow only the security groups or ranges that need it; use Session Manager instead of SSH.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.web.id
  cidr_ipv6         = "::/0"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}
""",
    good_terraform="""\
resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.load_balancer.id
  cidr_ipv6         = "::/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
""",
    check_graph=check,
)
