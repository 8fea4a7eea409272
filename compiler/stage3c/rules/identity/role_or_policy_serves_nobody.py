"""A role that nobody has."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, found_at

_ONLY_GRANTS: Final = {
    "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_iam_policy_attachment", "aws_iam_role_policies_exclusive",
    "aws_iam_role_policy_attachments_exclusive",
}  # fmt: skip
_FIX: Final = "refer to it where it belongs, or remove it."


def check(graph: Graph) -> Iterator[Finding]:
    """A role of an ECS task or a flow log has somebody that uses it in the same stack; others may be used from outside."""
    shown = {ref.address for ref in graph.shown}
    for role in graph.of_type("aws_iam_role"):
        users = [user for user in graph.users(role) if user.type not in _ONLY_GRANTS]
        if not users and role.address not in shown:
            yield found_at(role, f"nothing uses {role.address}.", _FIX)
    for policy in graph.of_type("aws_iam_policy"):
        if not graph.users(policy) and policy.address not in shown:
            yield found_at(policy, f"{policy.address} is attached to nothing.", _FIX)


RULE = Rule(
    id="IAM208",
    scope="terraform",
    title="Role or policy serves nobody",
    what="A role is used by nothing, or a policy is attached to no role.",
    why="What was meant to have it has another role, or none: its permissions are granted to nobody.",
    fix="Name the role where it belongs, attach the policy, or remove them.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_iam_role" "execution" {
  name = "execution"
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
    good_terraform="""\
resource "aws_iam_role" "execution" {
  name = "execution"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

resource "aws_secretsmanager_secret" "api" {
  name = "shop/api"
}

resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = aws_secretsmanager_secret.api.arn
    }]
  })
}

resource "aws_ecs_task_definition" "web" {
  family             = "web"
  execution_role_arn = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name    = "web"
    image   = "nginx:1"
    secrets = [{ name = "API_KEY", valueFrom = aws_secretsmanager_secret.api.arn }]
  }])
}
""",
    check_graph=check,
)
