"""A password without an address, or the other way round."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Text, Value, flag, refs_in
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, tasks, variables


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what each container gets of the databases of its stack."""
    for task, container, name in tasks(graph):
        for fault in _faults(graph, container):
            yield at(task, f'gives "{name}" {fault}', "give it address, user name and password")
    shown = {ref.address for output in graph.outputs.values() for ref in refs_in(output.value)}
    for secret in graph.of_type("aws_secretsmanager_secret"):
        users = [user for user in graph.users(secret) if not user.type.startswith(("aws_secretsmanager", "aws_iam"))]
        only_granted = any(user.type.startswith("aws_iam") for user in graph.users(secret))
        if not users and only_granted:
            yield at(secret, "may be read, and is given to nobody", "put it under secrets of a container, or remove it")
        elif not users and secret.address not in shown and not graph.users(secret):
            yield at(secret, "is used by nothing", "use it, or remove it")


def _faults(graph: Graph, container: Container) -> Iterator[str]:
    plain = {ref.address for ref in refs_in(container.get("environment"))}
    secret = {ref.address for ref in refs_in(container.get("secrets"))}
    granted = {ref.address for ref in refs_in(container.get("environment")) if ref.attribute.endswith("secret_arn")}
    for database in graph.of_type("aws_db_instance"):
        if not _is_managed(database):
            continue
        here, there = database.address in plain, database.address in secret
        if here and not there and database.address not in granted and not secret:
            yield f"the address of {database.address} and no password"
        if there and not plain and not here:
            yield f"the password of {database.address} and no address"
    keys = {_key(entry.get("valueFrom")) for entry in variables(container, "secrets")}
    names = [str(entry.get("name")).upper() for s in ("environment", "secrets") for entry in variables(container, s)]
    if "password" in keys and "username" not in keys and not any("USER" in each for each in names):
        yield "a password and no user name"


def _is_managed(database: Resource) -> bool:
    return flag(database.attributes.get("manage_master_user_password"), default=False) is True


def _key(value: Value) -> str:
    last = value.parts[-1] if isinstance(value, Text) and value.parts else value
    parts = last.split(":") if isinstance(last, str) else []
    return parts[-3] if len(parts) > 2 else ""  # noqa: PLR2004 - :key:stage:version


RULE = Rule(
    id="SEC202",
    scope="terraform",
    title="Credentials are given by half",
    what="A service is given an address without a password, or a password without an address or a user name.",
    why="The application starts, and cannot connect.",
    fix="Give it address, user name and password; the user name may stand in its environment.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_db_instance" "main" {
  engine                      = "postgres"
  instance_class              = "db.t4g.micro"
  manage_master_user_password = true
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    environment = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
  }])
}
""",
    good_terraform="""\
resource "aws_db_instance" "main" {
  engine                      = "postgres"
  instance_class              = "db.t4g.micro"
  manage_master_user_password = true
}

resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    environment = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
    secrets = [
      { name = "DB_USER", valueFrom = "${aws_db_instance.main.master_user_secret[0].secret_arn}:username::" },
      { name = "DB_PASSWORD", valueFrom = "${aws_db_instance.main.master_user_secret[0].secret_arn}:password::" },
    ]
  }])
}
""",
    check_graph=check,
)
