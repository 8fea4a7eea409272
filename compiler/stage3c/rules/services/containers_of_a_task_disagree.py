"""Containers of one task definition that do not fit together."""

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
                yield at(task, fault, "let the parts of the task definition name each other")


def _volumes(task: Resource, known: list[Container]) -> Iterator[str]:
    declared = task.attributes.get("volume")
    volumes = [block.get("name") for block in blocks(declared)]
    if not is_known(declared) or not all(isinstance(volume, str) for volume in volumes):
        return
    for container in known:
        for mount in blocks(container.get("mountPoints")):
            source = mount.get("sourceVolume")
            if isinstance(source, str) and source not in volumes:
                yield f'mounts the volume "{source[:60]}", and has {listed([str(volume) for volume in volumes])}'


def _neighbours(known: list[Container]) -> Iterator[str]:
    if not all(isinstance(container.get("name"), str) for container in known):
        return
    by_name = {str(container.get("name")): container for container in known}
    if len(by_name) < len(known):
        yield "has two containers of one name"
    for container in known:
        needed = blocks(container.get("dependsOn"))
        wanted = [need.get("containerName") for need in needed]
        wanted += [each.get("sourceContainer") for each in blocks(container.get("volumesFrom"))]
        strange = [name for name in wanted if isinstance(name, str) and name not in by_name]
        if strange:
            yield f'has a container that waits for "{strange[0][:60]}", which it does not have'
        for need in needed:
            other = by_name.get(str(need.get("containerName")))
            if other is container:
                yield "has a container that waits for itself"
            elif other is not None and need.get("condition") == "HEALTHY" and other.get("healthCheck") is None:
                yield f"waits for {need.get('containerName')} to be healthy, which has no healthCheck"


def _sizes(task: Resource, known: list[Container]) -> Iterator[str]:
    mappings = [mapping for container in known for mapping in blocks(container.get("portMappings"))]
    ports = Counter((number(m.get("containerPort")), m.get("protocol", "tcp")) for m in mappings)
    twice = [port for (port, _), count in ports.items() if count > 1 and port is not None]
    if twice and task.attributes.get("network_mode") == "awsvpc":
        yield f"opens port {twice[0]} twice"
    for key, word in (("cpu", "CPU units"), ("memory", "MiB")):
        whole, parts = number(task.attributes.get(key)), [number(container.get(key)) or 0 for container in known]
        needed = sum(parts) if key == "cpu" else max(parts)
        if whole is not None and needed > whole:
            yield f"has {whole} {word}, and its containers ask for {needed}"
    for container in known:
        soft, hard = number(container.get("memoryReservation")), number(container.get("memory"))
        if soft is not None and hard is not None and soft > hard:
            yield f"reserves {soft} MiB for a container that may have {hard}"


RULE = Rule(
    id="SVC221",
    scope="terraform",
    title="Containers of a task disagree",
    what="A container mounts a volume or waits for a container that its task does not have, or they want more than it has.",
    why="AWS refuses the task definition: ClientException, unknown volume.",
    fix="Declare the volume, and name the containers as they are called.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html (2026-11-23)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    mountPoints = [{ sourceVolume = "scratch", containerPath = "/tmp" }]
  }])
}
""",
    good_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    mountPoints = [{ sourceVolume = "scratch", containerPath = "/tmp" }]
  }])
  volume {
    name = "scratch"
  }
}
""",
    check_graph=check,
)
