"""IAM role or policy is not used."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at

_ONLY_GRANTS: Final = {
    "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_iam_policy_attachment", "aws_iam_role_policies_exclusive",
    "aws_iam_role_policy_attachments_exclusive",
}  # fmt: skip


def check(graph: Graph) -> Iterator[Finding]:
    """A role of an ECS task or a flow log has somebody that uses it in the same stack; others may be used from outside."""
    shown = {ref.address for ref in graph.shown}
    for role in graph.of_type("aws_iam_role"):
        users = [user for user in graph.users(role) if user.type not in _ONLY_GRANTS]
        if not users and role.address not in shown:
            yield at(role, "is not used", "set it as execution_role_arn or task_role_arn, or remove it")
    for policy in graph.of_type("aws_iam_policy"):
        if not graph.users(policy) and policy.address not in shown:
            yield at(policy, "is not attached", "add an aws_iam_role_policy_attachment, or remove it")


RULE = Rule(
    id="IAM208",
    scope="terraform",
    title="IAM role or policy is not used",
    what="A role is not used, or a policy is not attached to any role.",
    why="Whatever should have these permissions does not have them.",
    fix="Set the role as `execution_role_arn` or `task_role_arn`, attach the policy, or remove them.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_iam_role" "unused" {
  name = "shop-unused"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}
""",
    check_graph=check,
)
