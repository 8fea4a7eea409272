"""Key of a secret that is not JSON."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Text, Value
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers

_KEY: Final = re.compile(r":([^:]+):[^:]*:[^:]*")
_PLAIN: Final = {"random_password": "result", "random_string": "result", "random_id": "hex", "random_uuid": "result"}


def check(graph: Graph) -> Iterator[Finding]:
    """Follow each injected key to the versions of its secret."""
    for task, container in containers(graph):
        for entry in container.secrets:
            value = entry.get("valueFrom")
            secret, key = _parts(graph, value)
            if secret is not None and key and _is_plain_text(graph, secret):
                cause = f'injects key "{key[:60]}" of {secret.address}, whose value is not JSON'
                yield at(task, cause, f"set valueFrom = {secret.address}.arn")


def _parts(graph: Graph, value: Value) -> tuple[Resource | None, str]:
    """The secret and the key of a valueFrom such as `"${aws_secretsmanager_secret.api.arn}:key::"`."""
    parts = value.parts if isinstance(value, Text) else ()
    match parts:
        case (Ref() as ref, str(rest)) if ref.attribute in ("arn", "id"):
            target, found = graph.target(ref), _KEY.fullmatch(rest)
            is_made = target is not None and target.mode == "resource" and target.type == "aws_secretsmanager_secret"
            return (target, found[1]) if is_made and found else (None, "")
        case _:
            return None, ""


def _is_plain_text(graph: Graph, secret: Resource) -> bool:
    """Whether all that is ever written into a secret here is one random value."""
    versions = graph.users(secret, "aws_secretsmanager_secret_version")
    values = [
        each.attributes.get("secret_string", each.attributes.get("secret_string_wo"))
        for each in versions
        if "secret_string" not in each.lifecycle.ignore_changes
    ]
    return bool(values) and len(values) == len(versions) and all(_is_random(graph, value) for value in values)


def _is_random(graph: Graph, value: Value) -> bool:
    made = graph.target(value)
    return made is not None and isinstance(value, Ref) and _PLAIN.get(made.type) == value.attribute


RULE = Rule(
    id="SEC234",
    scope="terraform",
    title="Key of a secret that is not JSON",
    what="A container is injected one key of a secret, but the secret is one random value and not JSON.",
    why="ECS cannot start the task: ResourceInitializationError, invalid character.",
    fix="Inject the whole secret by its ARN, or write the secret with jsonencode.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html (2026-11-28)",
    bad_terraform="""\
resource "random_password" "api" {
  length = 32
}

resource "aws_secretsmanager_secret_version" "api" {
  secret_id     = aws_secretsmanager_secret.api.id
  secret_string = random_password.api.result
}

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
    secrets      = [{ name = "API_KEY", valueFrom = "${aws_secretsmanager_secret.api.arn}:key::" }]
  }])
}
""",
    check_graph=check,
)
