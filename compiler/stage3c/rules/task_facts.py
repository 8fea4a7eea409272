"""What several rules ask of services, task definitions and load balancers, and how a finding is laid at a resource."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, blocks, document, items, refs_in

Container = Mapping[str, Value]


def at(resource: Resource, cause: str, fix: str) -> Finding:
    """A finding at a resource."""
    return Finding(f"{resource.address} {cause}.", f"{fix}.", resource.origin.path, resource.origin.span)


def containers(task: Resource) -> list[Container]:
    """The containers of a task definition; none where the document is not known."""
    return blocks(document(task.attributes.get("container_definitions")))


def tasks(graph: Graph) -> Iterator[tuple[Resource, Container, str]]:
    """Every container with its task definition and a name for sentences."""
    for task in graph.of_type("aws_ecs_task_definition"):
        for container in containers(task):
            name = container.get("name")
            yield task, container, name if isinstance(name, str) else "a container"


def task_of(graph: Graph, service: Resource) -> Resource | None:
    """The task definition that a service runs; of one that is only looked up, nothing is known."""
    task = graph.target(service.attributes.get("task_definition"))
    return task if task is not None and task.mode == "resource" else None


def is_fargate(service: Resource) -> bool:
    """Tell whether a service certainly runs on Fargate."""
    shares = blocks(service.attributes.get("capacity_provider_strategy"))
    return service.attributes.get("launch_type") == "FARGATE" or any(
        share.get("capacity_provider") in ("FARGATE", "FARGATE_SPOT") for share in shares
    )


def waits_of(graph: Graph, resource: Resource) -> set[str]:
    """Everything that Terraform makes before a resource: what it names, and what that names in turn."""
    found: set[str] = set()
    waiting = [resource.address]
    while waiting:
        here = graph.resources.get(waiting.pop())
        if here is None:
            continue
        names = {*here.depends_on, *(ref.address for ref in refs_in(here.attributes))}
        names |= {address for name in here.depends_on for address in graph.instances_of(name)}
        waiting += names - found
        found |= names
    return found


def listeners(graph: Graph) -> list[Resource]:
    """All listeners of application and network load balancers."""
    return [*graph.of_type("aws_lb_listener"), *graph.of_type("aws_alb_listener")]


def listener_rules(graph: Graph) -> list[Resource]:
    """All listener rules."""
    return [*graph.of_type("aws_lb_listener_rule"), *graph.of_type("aws_alb_listener_rule")]


def load_balancers(graph: Graph) -> list[Resource]:
    """All load balancers of the second generation."""
    return [*graph.of_type("aws_lb"), *graph.of_type("aws_alb")]


def target_groups(graph: Graph) -> list[Resource]:
    """All target groups."""
    return [*graph.of_type("aws_lb_target_group"), *graph.of_type("aws_alb_target_group")]


def variables(container: Container, section: str) -> list[Container]:
    """The entries of `environment` or `secrets`."""
    return blocks(container.get(section))


def texts(value: Value) -> list[str]:
    """The plain texts of a list."""
    return [member for member in items(value) if isinstance(member, str)]
