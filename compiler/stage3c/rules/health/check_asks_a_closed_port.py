"""Health check uses a port that is not open."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, items, number
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services_of
from stage3c.views.tasks import Container, tasks

_OWN_ADDRESS = re.compile(r"\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):([0-9]{2,5})\b")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare checks of containers and of target groups with the ports that containers map."""
    for task in tasks(graph).values():
        opened = _ports(task.containers)
        for container in task.containers if opened and None not in opened else ():
            for settings in container.health_checks:
                words = " ".join(word for word in items(settings.get("command")) if isinstance(word, str))
                strange = sorted({int(port) for port in _OWN_ADDRESS.findall(words)} - opened)
                if strange:
                    mapped = min(port for port in opened if port is not None)
                    cause = f'has a healthCheck in container "{container.label}" for port {strange[0]}, which no container maps'
                    yield at(task.resource, cause, f"use port {mapped} in the command")
    for group in graph.of_type("aws_lb_target_group"):
        for settings in blocks(group.attributes.get("health_check")):
            port = number(settings.get("port"))
            for service in services_of(graph, group) if port is not None else ():
                opened = _opened(service, group)
                if opened and None not in opened and port not in opened:
                    cause = f"has health check port {port}, which {service.resource.address} does not map"
                    yield at(group, cause, 'set port = "traffic-port"')


def _ports(containers: tuple[Container, ...]) -> set[int | None]:
    return {port for container in containers for port in container.port_numbers}


def _opened(service: Service, group: Resource) -> set[int | None]:
    """The ports of the container that a service registers in a group, or of all of them, since one port may be a sidecar's."""
    return _ports(service.containers) if any(target.group is group for target in service.targets) else set()


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
