"""ECS services: what each runs, how it is launched and where it registers its tasks, parsed once a graph."""

from collections.abc import Mapping

from msgspec import Struct

from stage3c.graph import Graph, Resource, Value, blocks, items, number
from stage3c.views.tasks import Block, Container, Task, tasks

_FARGATE = ("FARGATE", "FARGATE_SPOT")


class Target(Struct, frozen=True):
    """A `load_balancer` block of a service."""

    written: Block
    group: Resource | None
    container_name: Value
    port: int | None


class Service(Struct, frozen=True):
    """An ECS service; `task` is None where it names none of the graph."""

    resource: Resource
    task: Task | None
    targets: tuple[Target, ...]
    strategy: tuple[Block, ...]
    network: tuple[Block, ...]

    @property
    def containers(self) -> tuple[Container, ...]:
        """The containers of its task definition, as far as they are known."""
        return self.task.containers if self.task else ()

    @property
    def controllers(self) -> list[Value]:
        """The type of its deployment controller; empty for the default, ECS."""
        return [block.get("type", "ECS") for block in blocks(self.resource.attributes.get("deployment_controller"))]

    @property
    def asks_for_fargate(self) -> bool:
        """Tell whether its own arguments put it on Fargate."""
        return self.resource.attributes.get("launch_type") == "FARGATE" or any(
            share.get("capacity_provider") in _FARGATE for share in self.strategy
        )

    @property
    def runs_on_fargate(self) -> bool:
        """Tell whether it certainly runs on Fargate: it says so, or its task runs nowhere else."""
        if self.asks_for_fargate:
            return True
        required = items(self.task.resource.attributes.get("requires_compatibilities")) if self.task else []
        return required == ["FARGATE"] and self.resource.attributes.get("launch_type") is None and not self.strategy


def services(graph: Graph) -> Mapping[str, Service]:
    """The services of a graph, by address."""
    return graph.derived(_services)


def services_of(graph: Graph, group: Resource) -> list[Service]:
    """The services that refer to a target group."""
    return [services(graph)[user.address] for user in graph.users(group, "aws_ecs_service") if user.mode == "resource"]


def _services(graph: Graph) -> Mapping[str, Service]:
    return {resource.address: _service(graph, resource) for resource in graph.of_type("aws_ecs_service")}


def _service(graph: Graph, resource: Resource) -> Service:
    attributes = resource.attributes
    definition = graph.target(attributes.get("task_definition"))  # of one that is only looked up, nothing is known
    return Service(
        resource,
        tasks(graph).get(definition.address) if definition else None,
        tuple(_target(graph, block) for block in blocks(attributes.get("load_balancer"))),
        tuple(blocks(attributes.get("capacity_provider_strategy"))),
        tuple(blocks(attributes.get("network_configuration"))),
    )


def _target(graph: Graph, block: Block) -> Target:
    port = number(graph.resolved(block.get("container_port")))
    group = graph.target(block.get("target_group_arn"))
    return Target(block, group, graph.resolved(block.get("container_name")), port)
