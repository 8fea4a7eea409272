"""Database variables belong to different databases."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, number, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, containers

_PARTS = re.compile(
    r"(?P<head>.*?)_?(?P<part>HOST|HOSTNAME|ADDRESS|ENDPOINT|PORT|NAME|DATABASE|DBNAME|USER|USERNAME|PASSWORD|PASS|"
    r"SECRET|SECRET_ARN|CREDENTIALS)",
    re.IGNORECASE,
)
_WRITTEN = {"PORT": "port", "NAME": "db_name", "DATABASE": "db_name", "DBNAME": "db_name"}
_WRITTEN |= {"USER": "username", "USERNAME": "username"}


def check(graph: Graph) -> Iterator[Finding]:
    """Group the variables of a container by what stands before _HOST, _PORT and the like."""
    for task, container in containers(graph):
        for head, parts in _groups(container).items():
            named = {ref.address: graph.target(ref) for value in parts.values() for ref in refs_in(value)}
            databases = [each for each in named.values() if each is not None and each.type == "aws_db_instance"]
            if len({id(_primary(graph, database)) for database in databases}) > 1:
                names = sorted(each.address for each in databases)
                cause = f'container "{container.label}" has variables {head}_… of {" and ".join(names)}'
                yield at(task, cause, f"set all {head}_… variables from {names[0]}")
            elif databases:
                primary = _primary(graph, databases[0])
                for fault in _contradictions(parts, databases[0], primary):
                    cause = f'sets {head}_{fault[0]} in container "{container.label}"'
                    yield at(task, cause, f"set value = {fault[1]}")


def _groups(container: Container) -> Mapping[str, Mapping[str, Value]]:
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    for entries, key in ((container.environment, "value"), (container.secrets, "valueFrom")):
        for entry in entries:
            name = entry.get("name")
            match = _PARTS.fullmatch(name) if isinstance(name, str) else None
            if match and match["head"]:
                found[match["head"]][match["part"].upper()] = entry.get(key)
    return found


def _primary(graph: Graph, database: Resource) -> Resource:
    """A replica answers with the password of the instance that it replicates."""
    return graph.target(database.attributes.get("replicate_source_db")) or database


def _contradictions(parts: Mapping[str, Value], database: Resource, primary: Resource) -> Iterator[tuple[str, str]]:
    for part, argument in _WRITTEN.items():
        said = parts.get(part)
        real = database.attributes.get(argument, primary.attributes.get(argument))
        if isinstance(said, str) and isinstance(real, str | int) and said != str(real):
            differs = number(said) is not None if argument == "port" else True
            if differs:
                value = f"{database.address}.{argument}"
                cause = f'{part} to "{said[:40]}", but {argument} of {database.address} is {str(real)[:40]},'
                yield cause, f"tostring({value})" if argument == "port" else value


RULE = Rule(
    id="SEC221",
    scope="terraform",
    title="Database variables belong to different databases",
    severity=Severity.WARNING,
    what="Variables such as DB_HOST, DB_PORT, DB_NAME and DB_PASSWORD of a container belong to different databases.",
    why="The application connects to one database with the name, port or password of another, and fails.",
    fix="Set all of them from the same aws_db_instance, by reference.",
    source="https://12factor.net/config; incident 5 of the reference stack",
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
    environment = [
      { name = "DB_HOST", value = aws_db_instance.main.address },
      { name = "DB_PORT", value = "3306" },
    ]
  }])
}
""",
    check_graph=check,
)
