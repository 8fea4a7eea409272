"""Container definition has an unknown key."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, blocks
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, tasks
from stage3c.wording import nearest


def check(graph: Graph) -> Iterator[Finding]:
    """Hold the keys of each container against those of the ECS API; the provider ignores case, so case is no fault."""
    known: list[str] = load("container_keys")["keys"]
    folded = {key.casefold() for key in known}
    for task in tasks(graph).values():
        for container in task.containers:
            for key in container.written:
                if key.casefold() not in folded:
                    near = nearest(key, known)
                    cause = f'has "{clip(key)}" in container "{container.label}", which is no key of a container'
                    yield at(task.resource, cause, f"write {near}" if near else f"remove {clip(key)}")
            for where, key, near in _inside(container):
                cause = f'has "{clip(key)}" in {where} of container "{container.label}", which is no key there'
                yield at(task.resource, cause, f"write {near}" if near else f"remove {clip(key)}")


def _inside(container: Container) -> Iterator[tuple[str, str, str | None]]:
    """The unknown keys of the objects in a container: where, the key and the one that is meant."""
    for where, keys in load("container_keys")["nested"].items():
        folded = {key.casefold() for key in keys}
        for block in blocks(container.written.get(where)):
            yield from ((where, key, nearest(key, keys)) for key in block if key.casefold() not in folded)


RULE = Rule(
    id="SVC225",
    scope="terraform",
    title="Container definition has an unknown key",
    severity=Severity.WARNING,
    what="A key of a container is misspelt, or belongs to the task definition.",
    why="The provider silently ignores the key, so the container runs without that setting.",
    fix="Write the key as in the ECS documentation, such as `environment`.",
    source="facts/container_keys.json",
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
    enviroment   = [{ name = "MODE", value = "fast" }]
  }])
}
""",
    check_graph=check,
)
