"""Security group rule is given twice."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, is_known
from stage3c.rules.rule import Rule, at

_KINDS: Final = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
_PEERS: Final = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
_Key = tuple[str, ...]


def check(graph: Graph) -> Iterator[Finding]:
    """Compare group, protocol, ports and peer of the rules of each direction."""
    for kind in _KINDS:
        found: dict[_Key, list[Resource]] = defaultdict(list)
        for rule in graph.of_type(kind):
            key = _key(rule)
            if key:
                found[key].append(rule)
        for rules in found.values():
            if len(rules) > 1:
                yield at(rules[-1], f"is the same rule as {rules[0].address}", "remove one of the two")


def _key(rule: Resource) -> _Key | None:
    """What makes a rule, or None where part of it is not known."""
    group, attributes = rule.attributes.get("security_group_id"), rule.attributes
    members = [attributes.get(key) for key in ("ip_protocol", "from_port", "to_port", *_PEERS)]
    peer = [member for member in members[3:] if member is not None]
    told = isinstance(group, Ref) and group.attribute == "id" and rule.certain and all(map(is_known, members))
    return (group.address, *map(str, members)) if told and isinstance(group, Ref) and peer else None


RULE = Rule(
    id="NET234",
    scope="terraform",
    title="Security group rule is given twice",
    what="Two resources write the same rule of one security group.",
    why="EC2 rejects the second one at apply: InvalidPermission.Duplicate.",
    fix="Remove one of the two.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html (2026-11-28)",
    bad_terraform="""\
resource "aws_vpc_security_group_ingress_rule" "again" {
  security_group_id            = aws_security_group.database.id
  referenced_security_group_id = aws_security_group.web.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}
""",
    check_graph=check,
)
