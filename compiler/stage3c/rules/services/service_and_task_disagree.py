"""ECS service and task definition do not match."""

from collections.abc import Iterator
from typing import Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, blocks, is_known, items, number
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, Target, services
from stage3c.wording import listed

FARGATE_PROVIDERS: Final = ("FARGATE", "FARGATE_SPOT")
"""Every account has these; that a cluster was not given them is a warning, `fargate_is_not_of_the_cluster`."""


def check(graph: Graph) -> Iterator[Finding]:
    """Hold each service against the task definition that it runs."""
    for service in services(graph).values():
        task = service.task.resource if service.task else None
        if task is None or task.type != "aws_ecs_task_definition" or task.mode != "resource":
            continue
        for target in service.targets:
            yield from _target(service, target)
        if service.asks_for_fargate:
            yield from _fargate(task)
        cluster = graph.target(service.resource.attributes.get("cluster"))
        if cluster is not None and cluster.mode == "resource" and not graph.is_handed_out(cluster):
            yield from _capacity(graph, service, cluster)
            yield from _launch(graph, service, cluster)


def _target(service: Service, target: Target) -> Iterator[Finding]:
    name, port, resource = target.container_name, target.port, service.resource
    told = all(isinstance(container.written.get("name"), str) for container in service.containers)
    if not service.containers or not isinstance(name, str) or not told:
        return
    names = {container.label: container for container in service.containers}
    if name not in names:
        cause = f'has container_name "{name}", but its task definition has {listed(list(names))}'
        yield at(resource, cause, f'set container_name = "{next(iter(names))}"')
        return
    ports = names[name].port_numbers
    known = is_known(names[name].written.get("portMappings")) and None not in ports
    if port is not None and known and port not in ports:
        shown = listed([str(each) for each in ports])
        cause = f'has container_port {port}, but container "{name}" maps {shown}'
        yield at(resource, cause, f"set container_port = {min((each for each in ports if each), default=8080)}")


def _launch(graph: Graph, service: Service, cluster: Resource) -> Iterator[Finding]:
    """Without a launch type and a strategy, its own or the cluster's, a service runs on EC2."""
    launch, strategy = (service.resource.attributes.get(key) for key in ("launch_type", "capacity_provider_strategy"))
    if isinstance(launch, str) and blocks(strategy):
        cause = f"has both launch_type {launch[:40]} and a capacity_provider_strategy, which AWS rejects"
        yield at(service.resource, cause, "remove one of the two")
    defaults = [user.attributes.get("default_capacity_provider_strategy") for user in (cluster, *graph.users(cluster))]
    if service.runs_on_fargate and launch is None and strategy is None and not any(defaults):
        cause = "has no launch_type, so it runs on EC2, but its task definition requires FARGATE"
        yield at(service.resource, cause, 'set launch_type = "FARGATE"')


def _capacity(graph: Graph, service: Service, cluster: Resource) -> Iterator[Finding]:
    """A strategy may name what its cluster has been given, where the stack makes that cluster."""
    owners = graph.users(cluster, "aws_ecs_cluster_capacity_providers")
    given = [owner.attributes.get("capacity_providers") for owner in owners]
    if not is_known(given):
        return
    listings = (*given, cluster.attributes.get("capacity_providers"))
    names = {name for value in listings for name in items(value) if isinstance(name, str)}
    own = [each for each in graph.users(cluster, "aws_ecs_capacity_provider") if each.mode == "resource"]
    names |= {name for each in own if isinstance(name := each.attributes.get("name"), str)}
    for name in sorted(name for name in names - set(FARGATE_PROVIDERS) if name.startswith("FARGATE")):
        cause = f'has capacity provider "{name[:40]}", which does not exist'
        yield at(cluster, cause, 'use "FARGATE" or "FARGATE_SPOT"')
    for provider in (share.get("capacity_provider") for share in service.strategy):
        if isinstance(provider, str) and provider not in names and provider not in FARGATE_PROVIDERS:
            cause = f"uses {provider}, which is not a capacity provider of {cluster.address}"
            yield at(service.resource, cause, f'add "{provider}" to capacity_providers of the cluster')


def _fargate(task: Resource) -> Iterator[Finding]:
    attributes = task.attributes
    compatible = attributes.get("requires_compatibilities")
    if is_known(compatible) and "FARGATE" not in items(compatible):
        yield at(
            task, "does not require FARGATE, but a service runs it there", 'set requires_compatibilities = ["FARGATE"]'
        )
    if is_known(attributes.get("network_mode")) and attributes.get("network_mode") != "awsvpc":
        yield at(task, "does not have network_mode awsvpc, which Fargate requires", 'set network_mode = "awsvpc"')
    cpu, memory = number(attributes.get("cpu")), number(attributes.get("memory"))
    if not is_known(attributes.get("cpu")) or not is_known(attributes.get("memory")):
        return
    if (attributes.get("cpu") is None) != (cpu is None) or (attributes.get("memory") is None) != (memory is None):
        return  # "1 vCPU" and "2 GB" are legal too
    sizes = {int(units): row for units, row in load("fargate")["memory_mib_by_cpu"].items()}
    if cpu is None or memory is None or cpu not in sizes or memory not in _sizes(sizes[cpu]):
        yield at(
            task,
            f"has {cpu} CPU units and {memory} MiB, which Fargate does not support",
            'set for example cpu = "256" and memory = "512"',
        )


def _sizes(row: object) -> list[int]:
    return [int(size) for size in row] if isinstance(row, list) else []


RULE = Rule(
    id="SVC202",
    scope="terraform",
    title="ECS service and task definition do not match",
    what=(
        "A service has a container or port that its task definition lacks, or runs a task definition on "
        "Fargate that does not support it."
    ),
    why="AWS rejects the service at apply: the container does not exist in the task definition.",
    fix=(
        "Set container_name and container_port as in the task definition; for Fargate use awsvpc and a supported size."
    ),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 80
  }
}
""",
    check_graph=check,
)
