"""Variables that speak of one database and mean two."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, number, refs_in
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, tasks, variables

_PARTS = re.compile(
    r"(?P<head>.*?)_?(?P<part>HOST|HOSTNAME|ADDRESS|ENDPOINT|PORT|NAME|DATABASE|DBNAME|USER|USERNAME|PASSWORD|PASS|"
    r"SECRET|SECRET_ARN|CREDENTIALS)",
    re.IGNORECASE,
)
_WRITTEN = {"PORT": "port", "NAME": "db_name", "DATABASE": "db_name", "DBNAME": "db_name"}
_WRITTEN |= {"USER": "username", "USERNAME": "username"}


def check(graph: Graph) -> Iterator[Finding]:
    """Group the variables of a container by what stands before _HOST, _PORT and the like."""
    for task, container, name in tasks(graph):
        for head, parts in _groups(container).items():
            named = {ref.address: graph.target(ref) for value in parts.values() for ref in refs_in(value)}
            databases = [each for each in named.values() if each is not None and each.type == "aws_db_instance"]
            if len({id(_primary(graph, database)) for database in databases}) > 1:
                cause = (
                    f'gives "{name}" variables {head}_… of {" and ".join(sorted(each.address for each in databases))}'
                )
                yield at(task, cause, "take all of them from one database")
            elif databases:
                primary = _primary(graph, databases[0])
                for fault in _contradictions(parts, databases[0], primary):
                    yield at(task, f'gives "{name}" {head}_{fault}', "take it from the database")


def _groups(container: Container) -> Mapping[str, Mapping[str, Value]]:
    found: dict[str, dict[str, Value]] = defaultdict(dict)
    for section, key in (("environment", "value"), ("secrets", "valueFrom")):
        for entry in variables(container, section):
            name = entry.get("name")
            match = _PARTS.fullmatch(name) if isinstance(name, str) else None
            if match and match["head"]:
                found[match["head"]][match["part"].upper()] = entry.get(key)
    return found


def _primary(graph: Graph, database: Resource) -> Resource:
    """A replica answers with the password of the instance that it replicates."""
    return graph.target(database.attributes.get("replicate_source_db")) or database


def _contradictions(parts: Mapping[str, Value], database: Resource, primary: Resource) -> Iterator[str]:
    for part, argument in _WRITTEN.items():
        said = parts.get(part)
        real = database.attributes.get(argument, primary.attributes.get(argument))
        if isinstance(said, str) and isinstance(real, str | int) and said != str(real):
            differs = number(said) is not None if argument == "port" else True
            if differs:
                yield f'{part} = "{said[:40]}", and {argument} of {database.address} is {str(real)[:40]}'


RULE = Rule(
    id="SEC221",
    scope="terraform",
    title="Variables are of two databases",
    severity=Severity.WARNING,
    what="Variables such as DB_HOST, DB_PORT, DB_NAME and DB_PASSWORD of a container do not belong to one database.",
    why="The application connects to one database with the name, the port or the password of another, and is refused.",
    fix="Take all of them from one aws_db_instance, by reference.",
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
