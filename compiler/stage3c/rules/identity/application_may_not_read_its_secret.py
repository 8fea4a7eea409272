"""Application cannot read its secret."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.policy.proofs import proofs
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Decide what applications need that are told of a secret."""
    for proof in proofs(graph):
        need = proof.need
        if need.kind == "application" and proof.decision.allowed is False:
            role = proof.role.address if proof.role else "its task role (not set)"
            cause = f"{need.origin.address} {need.why}, but {role} is not allowed to read it."
            fix = f'allow "{need.action}" on that ARN in the task role, or inject the value with `secrets`.'
            yield found_at(need.origin, cause, fix)


RULE = Rule(
    id="IAM209",
    scope="graph",
    title="Application cannot read its secret",
    what=(
        "A container has the ARN of a secret in its environment, but its task role is not allowed to read that secret."
    ),
    why="The application calls Secrets Manager with the ARN and gets AccessDeniedException.",
    fix="Allow `secretsmanager:GetSecretValue` on that ARN in the task role, or inject the value with `secrets`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
    environment  = [{ name = "SECRET_ARN", value = aws_secretsmanager_secret.api.arn }]
  }])
}

resource "aws_iam_role" "task" {
  name = "shop-task"
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
