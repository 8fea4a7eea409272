"""Containers of a task definition do not match."""

from collections import Counter
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, blocks, is_known, number
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, Task, tasks
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Judge each task definition whose containers are all known."""
    for task in tasks(graph).values():
        if task.is_complete:
            for fault in (*_names(task), *_volumes(task), *_neighbours(task.containers), *_sizes(task)):
                yield at(task.resource, *fault)


def _names(task: Task) -> Iterator[tuple[str, str]]:
    """Names that must differ within a task definition: of its volumes, and of the ports of its containers."""
    volumes = [block.get("name") for block in blocks(task.resource.attributes.get("volume"))]
    ports = [mapping.get("name") for container in task.containers for mapping in container.ports]
    for what, names in (("volumes", volumes), ("ports", ports)):
        counted = Counter(name for name in names if isinstance(name, str))
        for name in (name for name, count in counted.items() if count > 1):
            yield f'has two {what} named "{name[:60]}"', "rename one of them"


def _volumes(task: Task) -> Iterator[tuple[str, str]]:
    declared = task.resource.attributes.get("volume")
    volumes = [block.get("name") for block in blocks(declared)]
    if not is_known(declared) or not all(isinstance(volume, str) for volume in volumes):
        return
    for container in task.containers:
        for mount in blocks(container.written.get("mountPoints")):
            source = mount.get("sourceVolume")
            if isinstance(source, str) and source not in volumes:
                yield (
                    f'mounts volume "{source[:60]}", but has {listed([str(volume) for volume in volumes])}',
                    f'add volume {{ name = "{source[:60]}" }}',
                )


def _neighbours(known: tuple[Container, ...]) -> Iterator[tuple[str, str]]:
    if not all(isinstance(container.written.get("name"), str) for container in known):
        return
    by_name = {container.label: container for container in known}
    if len(by_name) < len(known):
        yield "has two containers with the same name", "rename one of them"
    for container in known:
        needed = blocks(container.written.get("dependsOn"))
        wanted = [need.get("containerName") for need in needed]
        wanted += [each.get("sourceContainer") for each in blocks(container.written.get("volumesFrom"))]
        strange = [name for name in wanted if isinstance(name, str) and name not in by_name]
        if strange:
            yield (
                f'has a container that depends on "{strange[0][:60]}", which does not exist',
                f"use one of: {listed([str(name) for name in by_name])}",
            )
        for need in needed:
            other = by_name.get(str(need.get("containerName")))
            if other is container:
                yield "has a container that depends on itself", "remove that entry of dependsOn"
            elif other is not None and need.get("condition") == "HEALTHY" and other.written.get("healthCheck") is None:
                yield (
                    f"depends on {need.get('containerName')} being HEALTHY, but it has no healthCheck",
                    'set condition = "START"',
                )


def _sizes(task: Task) -> Iterator[tuple[str, str]]:
    attributes, known = task.resource.attributes, [container.written for container in task.containers]
    mappings = [mapping for container in task.containers for mapping in container.ports]
    ports = Counter((number(m.get("containerPort")), str(m.get("protocol", "tcp"))) for m in mappings)
    twice = [port for (port, _), count in ports.items() if count > 1 and port is not None]
    if twice and attributes.get("network_mode") == "awsvpc":
        yield f"maps port {twice[0]} twice", "use another containerPort in one of them"
    for key, word in (("cpu", "CPU units"), ("memory", "MiB")):
        whole, parts = number(attributes.get(key)), [number(container.get(key)) or 0 for container in known]
        needed = sum(parts) if key == "cpu" else max(parts)
        if whole is not None and needed > whole:
            yield f"has {whole} {word}, but its containers need {needed}", f'set {key} = "{needed}" or more on the task'
    for container in known:
        soft, hard = number(container.get("memoryReservation")), number(container.get("memory"))
        if soft is not None and hard is not None and soft > hard:
            yield f"has memoryReservation {soft}, which is more than memory {hard}", f"set memoryReservation = {hard}"


RULE = Rule(
    id="SVC221",
    scope="terraform",
    title="Containers of a task definition do not match",
    what=(
        "A container mounts a volume or depends on a container that does not exist, or they need more than "
        "the task has."
    ),
    why="AWS rejects the task definition with ClientException, such as unknown volume.",
    fix="Declare the volume, and use the names of existing containers.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html (2026-11-23)",
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
    mountPoints  = [{ sourceVolume = "scratch", containerPath = "/tmp" }]
  }])
}
""",
    good_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  volume {
    name = "scratch"
  }
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
    mountPoints  = [{ sourceVolume = "scratch", containerPath = "/tmp" }]
  }])
}
""",
    check_graph=check,
)
