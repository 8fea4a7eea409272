"""Container has a number where AWS takes text."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Value, items
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, tasks


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the values that are texts for the provider; a variable with a type has been converted by then."""
    for task in tasks(graph).values():
        for container in task.containers:
            for key, value in _texts(container):
                if isinstance(value, bool | int | float):
                    cause = f'has a number or boolean in {key} of container "{container.label}", where AWS takes text'
                    yield at(task.resource, cause, f"write it in quotes, or as tostring(…), in {key}")
                    break


def _texts(container: Container) -> Iterator[tuple[str, Value]]:
    for key in ("user", "workingDirectory", "hostname"):
        yield key, container.written.get(key)
    for key in ("command", "entryPoint"):
        yield from ((key, item) for item in items(container.written.get(key)))
    for entry in container.environment:
        yield "environment", entry.get("value")
    for entry in container.secrets:
        yield "secrets", entry.get("valueFrom")
    labels = container.written.get("dockerLabels")
    yield from (("dockerLabels", value) for value in (labels.values() if isinstance(labels, Mapping) else ()))
    for logging in container.logging:
        options = logging.get("options")
        yield from (("logConfiguration", value) for value in (options.values() if isinstance(options, Mapping) else ()))


RULE = Rule(
    id="SVC226",
    scope="terraform",
    title="Container has a number where AWS takes text",
    severity=Severity.WARNING,
    what="A value of environment, command, user or a log option is a number or boolean in the JSON of the containers.",
    why="The provider rejects it at plan: cannot unmarshal number into Go struct field of type string.",
    fix='Write the value in quotes, such as `{ name = "PORT", value = "8080" }`.',
    source="https://github.com/1Password/scim-examples/pull/234 (2026-11-28)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1.27.3"
    portMappings = [{ containerPort = 8080 }]
    environment  = [{ name = "PORT", value = 8080 }]
  }])
}
""",
    check_graph=check,
)
