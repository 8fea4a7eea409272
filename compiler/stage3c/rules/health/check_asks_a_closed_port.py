"""Health check uses a port that is not open."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, items, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, containers, target_groups, task_of, tasks

_OWN_ADDRESS = re.compile(r"\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):([0-9]{2,5})\b")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare checks of containers and of target groups with the ports that containers map."""
    for task, container, name in tasks(graph):
        neighbours = {port for each in containers(task) for port in _ports(each)}
        if not neighbours or None in neighbours:
            continue
        for settings in blocks(container.get("healthCheck")):
            words = " ".join(word for word in items(settings.get("command")) if isinstance(word, str))
            strange = sorted({int(port) for port in _OWN_ADDRESS.findall(words)} - neighbours)
            if strange:
                cause = f'has a healthCheck in container "{name}" for port {strange[0]}, which no container maps'
                yield at(task, cause, f"use port {min(port for port in neighbours if port)} in the command")
    for group in target_groups(graph):
        for settings in blocks(group.attributes.get("health_check")):
            port = number(settings.get("port"))
            for service in graph.users(group, "aws_ecs_service") if port is not None else ():
                opened = _opened(graph, service, group)
                if opened and None not in opened and port not in opened:
                    yield at(
                        group,
                        f"has health check port {port}, which {service.address} does not map",
                        'set port = "traffic-port"',
                    )


def _ports(container: Container) -> set[int | None]:
    return {number(mapping.get("containerPort")) for mapping in blocks(container.get("portMappings"))}


def _opened(graph: Graph, service: Resource, group: Resource) -> set[int | None]:
    """The ports of the container that a service registers in a group, or of all of them, since one port may be a sidecar's."""
    task = task_of(graph, service)
    mine = [
        b for b in blocks(service.attributes.get("load_balancer")) if graph.target(b.get("target_group_arn")) is group
    ]
    return (
        {port for container in containers(task) for port in _ports(container)} if task is not None and mine else set()
    )


RULE = Rule(
    id="HLT222",
    scope="terraform",
    title="Health check uses a port that is not open",
    severity=Severity.WARNING,
    what="A health check uses a port that no container of the task maps.",
    why="The check never succeeds, and ECS keeps replacing healthy tasks.",
    fix='Use the port of the container, or `port = "traffic-port"` in a target group.',
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html (2026-11-23)",
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
    healthCheck  = { command = ["CMD-SHELL", "curl -f http://localhost:80/health"] }
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
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
    healthCheck  = { command = ["CMD-SHELL", "curl -f http://localhost:8080/health"] }
  }])
}
""",
    check_graph=check,
)
