"""Only part of the credentials is injected."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Text, Value, flag, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, containers


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what each container gets of the databases of its stack."""
    for task, container in containers(graph):
        for fault in _faults(graph, container):
            fix = "inject host, user name and password of the same database"
            yield at(task, f'gives container "{container.label}" {fault}', fix)
    shown = {ref.address for ref in graph.shown}
    for secret in graph.of_type("aws_secretsmanager_secret"):
        users = [user for user in graph.users(secret) if not user.type.startswith(("aws_secretsmanager", "aws_iam"))]
        only_granted = any(user.type.startswith("aws_iam") for user in graph.users(secret))
        if not users and only_granted:
            yield at(
                secret,
                "can be read by a role, but no container receives it",
                "add it to secrets of a container, or remove it",
            )
        elif not users and secret.address not in shown and not graph.users(secret):
            yield at(secret, "is not used", "add it to secrets of a container, or remove it")


def _faults(graph: Graph, container: Container) -> Iterator[str]:
    written = tuple(refs_in(container.written.get("environment")))
    plain = {ref.address for ref in written}
    secret = {ref.address for ref in refs_in(container.written.get("secrets"))}
    granted = {ref.address for ref in written if ref.attribute.endswith("secret_arn")}
    for database in graph.of_type("aws_db_instance"):
        if not _is_managed(database):
            continue
        here, there = database.address in plain, database.address in secret
        if here and not there and database.address not in granted and not secret:
            yield f"the address of {database.address} but no password"
        if there and not plain and not here:
            yield f"the password of {database.address} but no address"
    keys = {_key(entry.get("valueFrom")) for entry in container.secrets}
    names = [str(entry.get("name")).upper() for entry in (*container.environment, *container.secrets)]
    if "password" in keys and "username" not in keys and not any("USER" in each for each in names):
        yield "a password but no user name"


def _is_managed(database: Resource) -> bool:
    return flag(database.attributes.get("manage_master_user_password"), default=False) is True


def _key(value: Value) -> str:
    last = value.parts[-1] if isinstance(value, Text) and value.parts else value
    parts = last.split(":") if isinstance(last, str) else []
    return parts[-3] if len(parts) > 2 else ""  # noqa: PLR2004 - :key:stage:version


RULE = Rule(
    id="SEC202",
    scope="terraform",
    title="Only part of the credentials is injected",
    what="A container receives an address without a password, or a password without an address or a user name.",
    why="The application starts but cannot connect.",
    fix="Inject address, user name and password; the user name can be a plain environment variable.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html (2026-11-24)",
    severity=Severity.WARNING,
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
    environment  = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
  }])
}
""",
    check_graph=check,
)
