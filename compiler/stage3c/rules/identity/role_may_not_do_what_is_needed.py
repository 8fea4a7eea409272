"""A role without a permission that its task needs."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.policy.proofs import Proof, proofs
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Decide every permission that is needed to start tasks, to log, and to open shells."""
    for proof in proofs(graph):
        if proof.decision.allowed is False and proof.role is not None and proof.need.kind != "application":
            yield _finding(proof)


def _finding(proof: Proof) -> Finding:
    need, role = proof.need, proof.role
    assert role is not None
    denying = proof.decision.statement
    why = f"{denying.origin} denies it" if denying else "no policy of it allows that"
    cause = f"{need.origin.address} {need.why}: {role.address} needs {need.action} on {need.resource}, and {why}."
    fix = f'allow "{need.action}" on "{need.resource}" in a policy of {role.address}.'
    return found_at(role, cause, fix)


RULE = Rule(
    id="IAM201",
    title="Role may not do what its task needs",
    what="A task pulls an image, injects a secret, writes logs or opens shells, and its role is not allowed to.",
    why="Tasks never start: AccessDeniedException, not authorized to perform secretsmanager:GetSecretValue.",
    fix="Allow the action on exactly that resource in a policy of the role.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html (2026-11-24)",
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

resource "aws_secretsmanager_secret" "api" {
  name = "shop/api"
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
