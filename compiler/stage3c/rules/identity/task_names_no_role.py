"""Task definition has no execution role."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.policy.proofs import proofs
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the needs that name no role at all."""
    seen: set[tuple[str, str]] = set()
    for proof in proofs(graph):
        need = proof.need
        is_of_task = not need.principal and need.endpoint is None
        if need.role is None and is_of_task and (need.origin.address, need.kind) not in seen:
            seen.add((need.origin.address, need.kind))
            argument = {"execution": "execution_role_arn", "flow logs": "iam_role_arn"}.get(need.kind, "task_role_arn")
            cause = f"{need.origin.address} {need.why}, which requires {need.action}, but has no {argument}."
            fix = f"set {argument} = aws_iam_role.NAME.arn on {need.origin.address}."
            yield found_at(need.origin, cause, fix)


RULE = Rule(
    id="IAM203",
    scope="graph",
    title="Task definition has no execution role",
    what="A Fargate task pulls from ECR, injects secrets or writes logs, but has no execution role.",
    why="AWS rejects the task definition, or its tasks stop before they start.",
    fix="Set `execution_role_arn` to a role with those permissions.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html (2026-11-24)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
    secrets      = [{ name = "API_KEY", valueFrom = aws_secretsmanager_secret.api.arn }]
  }])
}
""",
    check_graph=check,
)
