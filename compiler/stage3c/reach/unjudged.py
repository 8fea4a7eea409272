"""Where a need may be that nobody can state, since what it is derived from is not known: counted as unknown, never dropped."""

from collections.abc import Iterator

from stage3c.graph import Graph, Resource, Value, flag, is_known, refs_in
from stage3c.reach.calls import called, port_beside
from stage3c.reach.needs import image_home
from stage3c.views.databases import databases_of, port_of
from stage3c.views.discovery import named_calls
from stage3c.views.load_balancers import load_balancers
from stage3c.views.runners import idle_tasks, runners
from stage3c.views.services import Service
from stage3c.views.tasks import Container


def unjudged(graph: Graph) -> list[tuple[Resource, str]]:
    """Each resource whose needs are not all known, with the reason; the reason follows its address."""
    found = [*_of_load_balancers(graph), *_of_modules(graph), *_of_shells(graph)]
    for service in runners(graph).values():
        if service.resource.mode == "resource":
            found += ((service.resource, reason) for reason in _of_service(graph, service))
    found += (
        (task, "is run by nothing in this configuration, so its network is not known") for task in idle_tasks(graph)
    )
    return [(resource, reason) for (_, reason), resource in {(r.address, why): r for r, why in found}.items()]


def _of_modules(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.resources.values():
        if resource.mode == "module":
            yield resource, "is a module that was not read"


def _of_shells(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.of_type("aws_ecs_service"):
        if resource.certain and flag(resource.attributes.get("enable_execute_command"), default=False) is None:
            yield resource, "may open shells by ECS Exec: the value of enable_execute_command is unknown"


def _of_load_balancers(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for balancer in load_balancers(graph):
        if balancer.is_public is None:
            yield balancer.resource, "faces the internet or not: the value of internal is unknown"
        for listener in balancer.listeners:
            if listener.port is None:
                yield listener.resource, "listens on an unknown port"


def _of_service(graph: Graph, service: Service) -> Iterator[str]:
    if not service.resource.certain:
        yield "may not exist: its count is unknown"
        return
    if service.task is None:
        yield "runs a task definition that is not in this configuration"
        return
    if not service.task.is_complete:
        yield "runs containers that are unknown"
    if not service.runs_on_fargate:
        yield "may run on EC2 instances, whose network and roles are not judged"
    if any(target.group is None or target.port is None for target in service.targets):
        yield "is registered with an unknown target group or port"
    for database in databases_of(graph, service.containers):
        if port_of(graph, database) is None:
            yield f"uses {database.address}, whose port is unknown"
    for container in service.containers:
        yield from _of_container(graph, container)
        yield from _of_names(graph, service, container)


def _of_names(graph: Graph, service: Service, container: Container) -> Iterator[str]:
    for call in named_calls(graph, service, container):
        if call.published is None or not call.published.servers:
            yield f"calls {call.name}, under which no service of this configuration is registered"
        elif call.port is None and port_beside(graph, container, call.variable) is None:
            yield f"calls an unknown port of {call.name} with {call.variable} of {container.label}"


def _of_container(graph: Graph, container: Container) -> Iterator[str]:
    label = container.label
    if image_home(graph, container.written.get("image")) is None:
        yield f"pulls an image for {label} from an unknown registry"
    for variable in container.environment:
        value = variable.get("value")
        name = variable.get("name") if isinstance(variable.get("name"), str) else "a variable"
        if any(port is None or balancer.is_public is None for balancer, port in called(graph, value)):
            yield f"calls an unknown port with {name} of {label}"
        elif _is_hidden(value):
            yield f"is given an unknown value as {name} of {label}"
    references = [secret.get("valueFrom") for secret in container.secrets]
    if any(_is_hidden(value) for value in references):
        yield f"injects an unknown secret into {label}"


def _is_hidden(value: Value) -> bool:
    """Tell whether a value leads nowhere that could be judged: a variable without a value, or an expression of nothing known."""
    refs = list(refs_in(value))
    return any(ref.address.startswith("var.") for ref in refs) or (not is_known(value) and not refs)
