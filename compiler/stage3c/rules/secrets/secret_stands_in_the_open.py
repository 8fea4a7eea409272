"""Secret in the plain environment of a container or function."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding
from stage3c.disclosure import looks_secret, names_a_secret
from stage3c.graph import Expr, Graph, Ref, Text, Value, blocks, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers

_SECRET_ATTRIBUTES = (
    "password",
    "master_password",
    "secret_string",
    "private_key_pem",
    "auth_token",
)

_UNKNOWN = "unknown0part"
"""Stands for what is not known in a text: a URL with a password in it is one whatever the password is."""


def check(graph: Graph) -> Iterator[Finding]:
    """Look at names and at references; a value is never printed."""
    for task, container in containers(graph):
        for entry in container.environment:
            variable, value = entry.get("name"), entry.get("value")
            told = variable if isinstance(variable, str) else "a variable"
            if _is_secret(graph, told, value):
                cause = f'has {told} in the plain environment of container "{container.label}"'
                fix = f'move it to secrets: {{ name = "{told}", valueFrom = aws_secretsmanager_secret.NAME.arn }}'
                yield at(task, cause, fix)
    for function in graph.of_type("aws_lambda_function"):
        for environment in blocks(function.attributes.get("environment")):
            variables = environment.get("variables")
            for name, value in variables.items() if isinstance(variables, Mapping) else ():
                if _is_secret(graph, name, value):
                    fix = "store it in Secrets Manager, pass its ARN, and let the function read it"
                    yield at(function, f"has {name} in its plain environment", fix)


def _is_secret(graph: Graph, name: str, value: Value) -> bool:
    if any(_holds_a_secret(graph, ref) for ref in refs_in(value)):
        return True
    if isinstance(value, Expr) and value.refs and all(ref.address.startswith("var.") for ref in value.refs):
        return names_a_secret(name)
    if isinstance(value, Text):
        return looks_secret("".join(part if isinstance(part, str) else _UNKNOWN for part in value.parts))
    literal = isinstance(value, str) and len(value) > 3 and not value.startswith(("arn:", "/", "http", "$"))  # noqa: PLR2004 - longer than "dev"
    return (literal and names_a_secret(name)) or (isinstance(value, str) and looks_secret(value))


def _holds_a_secret(graph: Graph, ref: Ref) -> bool:
    """An attribute that is a secret by its name; what random_password made is called `result`, as much else is."""
    target = graph.target(ref)
    made = target is not None and target.type == "random_password" and ref.attribute in ("result", "bcrypt_hash")
    return made or ref.attribute.split("[", maxsplit=1)[0] in _SECRET_ATTRIBUTES


RULE = Rule(
    id="SEC203",
    scope="terraform",
    title="Secret in the plain environment of a container or function",
    what="A container or function has a password, token or key in its plain environment.",
    why="Everyone who can read the task definition or function, the state or deployment logs can read it.",
    fix="Store it in Secrets Manager, and inject it with `secrets`.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8 (2026-11-24)",
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
    environment  = [{ name = "DB_PASSWORD", value = "hunter2hunter2" }]
  }])
}
""",
    check_graph=check,
)
