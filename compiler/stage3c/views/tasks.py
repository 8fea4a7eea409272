"""ECS task definitions with their containers, parsed once a graph."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from stage3c.graph import Expr, Graph, Resource, Value, blocks, document, items, number

Block = Mapping[str, Value]
"""A nested block or JSON object, as it was written."""


class Container(Struct, frozen=True):
    """A container definition: `written` has every key; the lists and objects that are often read are opened."""

    written: Block
    ports: tuple[Block, ...]
    environment: tuple[Block, ...]
    secrets: tuple[Block, ...]
    health_checks: tuple[Block, ...]
    logging: tuple[Block, ...]

    @property
    def label(self) -> str:
        """Its name, for a sentence."""
        name = self.written.get("name")
        return name if isinstance(name, str) else "a container"

    @property
    def port_numbers(self) -> set[int | None]:
        """The ports that it opens; None among them where one is unknown."""
        return {number(mapping.get("containerPort")) for mapping in self.ports}


class Task(Struct, frozen=True):
    """A task definition; `is_complete` where it has containers and all of them are known."""

    resource: Resource
    containers: tuple[Container, ...]
    is_complete: bool

    @property
    def processor(self) -> str | None:
        """Its CPU architecture, such as ARM64: X86_64 by default, None where it is unknown."""
        platform = self.resource.attributes.get("runtime_platform")
        written = platform if isinstance(platform, Expr) else next(iter(blocks(platform)), {}).get("cpu_architecture")
        return "X86_64" if written is None else written if isinstance(written, str) else None


def tasks(graph: Graph) -> Mapping[str, Task]:
    """The task definitions of a graph, by address."""
    return graph.derived(_tasks)


def containers(graph: Graph) -> Iterator[tuple[Resource, Container]]:
    """Every container with its task definition."""
    for task in tasks(graph).values():
        for container in task.containers:
            yield task.resource, container


def file_systems(graph: Graph, definition: Resource) -> Iterator[Resource]:
    """The EFS file systems that the volumes of a task definition mount, as far as they are known."""
    for volume in blocks(definition.attributes.get("volume")):
        for settings in blocks(volume.get("efs_volume_configuration")):
            system = graph.target(settings.get("file_system_id"))
            if system is not None:
                yield system


def task(resource: Resource) -> Task:
    """A task definition, parsed; without containers where its document is unknown."""
    definitions = document(resource.attributes.get("container_definitions"))
    found = tuple(_container(written) for written in blocks(definitions))
    return Task(resource, found, bool(found) and len(found) == len(items(definitions)))


def _tasks(graph: Graph) -> Mapping[str, Task]:
    return {resource.address: task(resource) for resource in graph.of_type("aws_ecs_task_definition")}


def _container(written: Block) -> Container:
    keys = ("portMappings", "environment", "secrets", "healthCheck", "logConfiguration")
    return Container(written, *(tuple(blocks(written.get(key))) for key in keys))
