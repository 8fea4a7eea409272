"""Network ACL rules have the same number."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, blocks, flag, number
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Block

_WITH_PORTS: Final = ("tcp", "udp", "6", "17")
"""Protocols whose rules have ports; those of the others are not looked at by AWS."""


def check(graph: Graph) -> Iterator[Finding]:
    """Collect the numbers of each network ACL and direction."""
    found: dict[tuple[str, str, int], list[Resource]] = defaultdict(list)
    for owner, acl, direction, rule, key in _rules(graph):
        position = number(rule.get(key))
        if position is not None and owner.certain:
            found[acl, direction, position].append(owner)
        low, high = number(rule.get("from_port")), number(rule.get("to_port"))
        has_ports = str(rule.get("protocol")).lower() in _WITH_PORTS
        if has_ports and low is not None and high is not None and low > high:
            yield at(owner, f"has a rule from port {low} to {high}", f"set from_port = {high} and to_port = {low}")
    for (acl, direction, position), owners in found.items():
        if len(owners) > 1:
            cause = f"has number {position} in {direction} of {acl}, which another rule has too"
            yield at(owners[-1], cause, f"use another number, such as {position + 1}")


def _rules(graph: Graph) -> Iterator[tuple[Resource, str, str, Block, str]]:
    """Each rule with its owner, its network ACL, its direction and the key of its number."""
    for acl in graph.of_type("aws_network_acl", "aws_default_network_acl"):
        for direction in ("ingress", "egress"):
            for block in blocks(acl.attributes.get(direction)):
                yield acl, acl.address, direction, block, "rule_no"
    for rule in graph.of_type("aws_network_acl_rule"):
        owner, is_outbound = rule.attributes.get("network_acl_id"), flag(rule.attributes.get("egress"), default=False)
        if isinstance(owner, Ref) and is_outbound is not None:
            direction = "egress" if is_outbound else "ingress"
            yield rule, owner.address, direction, rule.attributes, "rule_number"


RULE = Rule(
    id="NET233",
    scope="terraform",
    title="Network ACL rules have the same number",
    what="Two rules of one network ACL and direction have the same number, or a port range is reversed.",
    why="EC2 rejects the second rule at apply: NetworkAclEntryAlreadyExists.",
    fix="Give each rule a number of its own.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html (2026-11-28)",
    bad_terraform="""\
resource "aws_network_acl" "private" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [aws_subnet.private_a.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "10.0.0.0/16"
    from_port  = 0
    to_port    = 65535
  }
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 1024
    to_port    = 65535
  }
}
""",
    check_graph=check,
)
