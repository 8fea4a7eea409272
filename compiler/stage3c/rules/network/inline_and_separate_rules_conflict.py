"""Rules are written inline and as resources of their own."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Expr, Graph, Ref, Resource, Value, flag, items
from stage3c.rules.rule import Rule, at

_PARTS: Final = (
    ("aws_security_group", "ingress", "aws_vpc_security_group_ingress_rule", "security_group_id"),
    ("aws_security_group", "egress", "aws_vpc_security_group_egress_rule", "security_group_id"),
    ("aws_security_group", "ingress", "aws_security_group_rule", "security_group_id"),
    ("aws_security_group", "egress", "aws_security_group_rule", "security_group_id"),
    ("aws_network_acl", "ingress", "aws_network_acl_rule", "network_acl_id"),
    ("aws_network_acl", "egress", "aws_network_acl_rule", "network_acl_id"),
    ("aws_route_table", "route", "aws_route", "route_table_id"),
    ("aws_iam_role", "managed_policy_arns", "aws_iam_role_policy_attachment", "role"),
    ("aws_iam_role", "inline_policy", "aws_iam_role_policy", "role"),
)
"""An owner's argument that takes away whatever is not in it, and the resource that writes the same thing."""


def check(graph: Graph) -> Iterator[Finding]:
    """Look at configurations alone: a plan or state shows the same rule on both sides."""
    for kind, argument, part, key in _PARTS:
        for owner in graph.of_type(kind):
            if owner.spans and _is_written(owner, argument):
                parts = [each for each in graph.users(owner, part) if _belongs(each, owner, key, argument)]
                if parts:
                    cause = f"has {argument} inline, and {parts[0].address} adds to it; each apply removes the other"
                    yield at(owner, cause, f"write all of them inline, or all as {part}")


def _is_written(owner: Resource, argument: str) -> bool:
    """Tell whether a list certainly has entries, which each apply restores."""
    entries = owner.attributes.get(argument)
    return not isinstance(entries, Expr) and bool(items(entries)) and argument not in owner.lifecycle.ignore_changes


def _belongs(part: Resource, owner: Resource, key: str, argument: str) -> bool:
    named = part.attributes.get(key)
    is_owned = part.mode == "resource" and isinstance(named, Ref) and named.address == owner.address
    return is_owned and part.certain and owner.certain and _direction(part) in (None, argument)


def _direction(part: Resource) -> Value:
    """The direction of a rule that can have either; None where its type says it."""
    if part.type == "aws_security_group_rule":
        return part.attributes.get("type", "unknown")
    if part.type == "aws_network_acl_rule":
        is_outbound = flag(part.attributes.get("egress"), default=False)
        return "unknown" if is_outbound is None else "egress" if is_outbound else "ingress"
    return None


RULE = Rule(
    id="NET232",
    scope="terraform",
    title="Inline and separate rules conflict",
    what="A security group, network ACL, route table or role has entries inline and as resources of their own.",
    why="Inline entries are the whole list: each apply removes what the other resource added, and traffic fails.",
    fix="Write all of them inline, or all as resources of their own.",
    source="https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/security_group (2026-11-28)",
    bad_terraform="""\
resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  ingress {
    security_groups = [aws_security_group.load_balancer.id]
    protocol        = "tcp"
    from_port       = 8080
    to_port         = 8080
  }
}
""",
    check_graph=check,
)
