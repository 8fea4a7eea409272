"""Load balancer or service may send anything anywhere."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.flow_facts import is_anything, members_of_groups
from stage3c.rules.rule import Rule, found_at

_KINDS: Final = ("aws_lb", "aws_ecs_service", "aws_ecs_task_definition")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at ways out that are Terraform's custom, in stacks that limit most others."""
    members = members_of_groups(graph)
    wide = [(p, owners) for group, owners in members.values() for p in group.egress if is_anything(p)]
    for permit, owners in wide if len(members) > 2 * len(wide) else ():
        if permit.component in graph.resources and any(graph.resources[owner].type in _KINDS for owner in owners):
            cause = f"{permit.component} allows {', '.join(sorted(owners))} to send anything anywhere."
            yield found_at(
                graph.resources[permit.component], cause, "limit it to the ports and groups that are needed."
            )


RULE = Rule(
    id="NET250",
    scope="terraform",
    title="Load balancer or service may send anything anywhere",
    what="A security group allows all outbound traffic, in a stack that limits most others.",
    why="Whoever takes over a task can send its data anywhere.",
    fix="Allow the ports and security groups that are needed.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html (from memory)",
    severity=Severity.NOTE,
    bad_terraform="""\
resource "aws_vpc_security_group_egress_rule" "web_to_aws" {
  security_group_id = aws_security_group.web.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}
""",
    check_graph=check,
)
