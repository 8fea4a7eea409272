"""IAM role is shared."""

from collections import defaultdict
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource
from stage3c.policy.roles import role_of
from stage3c.rules.rule import Rule, found_at
from stage3c.wording import listed

_ARGUMENTS = ("execution_role_arn", "task_role_arn")


def check(graph: Graph) -> Iterator[Finding]:
    """Collect who uses each role, and as what."""
    users: dict[str, list[tuple[Resource, str]]] = defaultdict(list)
    for task in graph.of_type("aws_ecs_task_definition"):
        for argument in _ARGUMENTS:
            role = role_of(graph, task.attributes.get(argument))
            if role is not None:
                users[role.address].append((task, argument))
    for address, found in users.items():
        running = {task.address for task, argument in found if argument == "task_role_arn"}
        both = running & {task.address for task, argument in found if argument == "execution_role_arn"}
        starting = {task.address for task, argument in found} - running
        if len(running) > 1 or both or (running and starting):
            names = listed(sorted({task.address for task, _ in found}))
            cause = (
                f"{address} is both the execution role and the task role of {names}."
                if both
                else f"{address} is shared by {names}."
            )
            yield found_at(graph.resources[address], cause, "create a separate aws_iam_role for each.")


RULE = Rule(
    id="IAM206",
    scope="graph",
    title="IAM role is shared",
    what="Two task definitions have the same task role, or one uses the same role as execution role and task role.",
    why="Permissions for one application apply to the other; the application can read what only ECS should read.",
    fix="Create a separate execution role and task role for each service.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
  }])
}
""",
    check_graph=check,
)
