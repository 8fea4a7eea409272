"""Containers of a task definition do not match."""

from collections import Counter
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, blocks, document, is_known, items, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, containers
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Judge each task definition whose containers are all known."""
    for task in graph.of_type("aws_ecs_task_definition"):
        known = containers(task)
        if known and len(known) == len(items(document(task.attributes.get("container_definitions")))):
            for fault in (*_volumes(task, known), *_neighbours(known), *_sizes(task, known)):
                yield at(task, *fault)


def _volumes(task: Resource, known: list[Container]) -> Iterator[tuple[str, str]]:
    declared = task.attributes.get("volume")
    volumes = [block.get("name") for block in blocks(declared)]
    if not is_known(declared) or not all(isinstance(volume, str) for volume in volumes):
        return
    for container in known:
        for mount in blocks(container.get("mountPoints")):
            source = mount.get("sourceVolume")
            if isinstance(source, str) and source not in volumes:
                yield (
                    f'mounts volume "{source[:60]}", but has {listed([str(volume) for volume in volumes])}',
                    f'add volume {{ name = "{source[:60]}" }}',
                )


def _neighbours(known: list[Container]) -> Iterator[tuple[str, str]]:
    by_name = {container.get("name"): container for container in known}
    if not all(isinstance(name, str) for name in by_name):
        return
    if len(by_name) < len(known):
        yield "has two containers with the same name", "rename one of them"
    for container in known:
        needed = blocks(container.get("dependsOn"))
        wanted = [need.get("containerName") for need in needed]
        wanted += [each.get("sourceContainer") for each in blocks(container.get("volumesFrom"))]
        strange = [name for name in wanted if isinstance(name, str) and name not in by_name]
        if strange:
            yield (
                f'has a container that depends on "{strange[0][:60]}", which does not exist',
                f"use one of: {listed([str(name) for name in by_name])}",
            )
        for need in needed:
            other = by_name.get(need.get("containerName"))
            if other is container:
                yield "has a container that depends on itself", "remove that entry of dependsOn"
            elif other is not None and need.get("condition") == "HEALTHY" and other.get("healthCheck") is None:
                yield (
                    f"depends on {need.get('containerName')} being HEALTHY, but it has no healthCheck",
                    'set condition = "START"',
                )


def _sizes(task: Resource, known: list[Container]) -> Iterator[tuple[str, str]]:
    mappings = [mapping for container in known for mapping in blocks(container.get("portMappings"))]
    ports = Counter((number(m.get("containerPort")), m.get("protocol", "tcp")) for m in mappings)
    twice = [port for (port, _), count in ports.items() if count > 1 and port is not None]
    if twice and task.attributes.get("network_mode") == "awsvpc":
        yield f"maps port {twice[0]} twice", "use another containerPort in one of them"
    for key, word in (("cpu", "CPU units"), ("memory", "MiB")):
        whole, parts = number(task.attributes.get(key)), [number(container.get(key)) or 0 for container in known]
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
