"""A secret in plain environment."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.disclosure import looks_secret, names_a_secret
from stage3c.graph import Graph, Ref, Value, refs_in
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at, tasks, variables

_SECRET_ATTRIBUTES = (
    "password",
    "master_password",
    "secret_string",
    "private_key_pem",
    "auth_token",
)


def check(graph: Graph) -> Iterator[Finding]:
    """Look at names and at references; a value is never printed."""
    for task, container, name in tasks(graph):
        for entry in variables(container, "environment"):
            variable, value = entry.get("name"), entry.get("value")
            told = variable if isinstance(variable, str) else "a variable"
            if _is_secret(graph, told, value):
                yield at(task, f'gives {told} to "{name}" in its plain environment', "inject it under secrets")


def _is_secret(graph: Graph, name: str, value: Value) -> bool:
    if any(_holds_a_secret(graph, ref) for ref in refs_in(value)):
        return True
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
    title="Secret stands in the open",
    what="A container is given a password, a token or a key in its plain environment.",
    why="Everybody who may look at the task definition reads it, and it is in the state and in every log of a deployment.",
    fix="Put it into Secrets Manager, and inject it under secrets.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8 (2026-11-24)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    environment = [{ name = "DB_PASSWORD", value = "hunter2hunter2" }]
  }])
}
""",
    good_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    environment = [{ name = "DB_PASSWORD_FILE", value = "/run/secrets/password" }]
  }])
}
""",
    check_graph=check,
)
