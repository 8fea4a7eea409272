"""Whole JSON secret is injected as one value."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, Value, document, items
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers

_SINGLE: Final = ("PASSWORD", "PASSWD", "USERNAME", "USER", "TOKEN")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the ending of each variable with the secret that fills it."""
    for task, container in containers(graph):
        for entry in container.secrets:
            name, value = entry.get("name"), entry.get("valueFrom")
            if isinstance(name, str) and name.upper().endswith(_SINGLE) and _is_json(graph, value):
                cause = f'injects {name} into container "{container.label}" as the whole JSON secret {value}'
                yield at(task, cause, 'add ":password::" or another key to valueFrom')


def _is_json(graph: Graph, value: Value) -> bool:
    target = graph.target(value) if isinstance(value, Ref) else None
    if target is None or not isinstance(value, Ref):
        return False
    if target.type in ("aws_db_instance", "aws_rds_cluster"):
        return "secret_arn" in value.attribute
    versions = graph.users(target, "aws_secretsmanager_secret_version") if target.mode == "resource" else ()
    return any(_holds_members(version) for version in versions)


def _holds_members(version: Resource) -> bool:
    texts = [version.attributes.get(key) for key in ("secret_string", "secret_string_wo")]
    return any(isinstance(document(text), Mapping) for text in texts if text is not None and items(text))


RULE = Rule(
    id="SEC233",
    scope="terraform",
    title="Whole JSON secret is injected as one value",
    severity=Severity.WARNING,
    what="A variable named for a password or user receives a whole JSON secret.",
    why="The application would use the JSON text as the password.",
    fix="Add the key to the ARN, such as `:password::`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html (2026-11-28)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1.27.3"
    portMappings = [{ containerPort = 8080 }]
    environment  = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
    secrets      = [{ name = "DB_PASSWORD", valueFrom = aws_db_instance.main.master_user_secret[0].secret_arn }]
  }])
}
""",
    check_graph=check,
)
