"""Service Connect has a port name that does not exist."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, blocks, is_known
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the ports of Service Connect with those that the containers name."""
    for service in services(graph).values():
        names = _port_names(service)
        offered = [
            each
            for settings in blocks(service.resource.attributes.get("service_connect_configuration"))
            for each in blocks(settings.get("service"))
        ]
        asked = [each.get("port_name") for each in offered]
        for name in asked if names is not None else ():
            if isinstance(name, str) and name not in (names or ()):
                cause = f'has port_name "{name[:60]}", but its task definition names {listed(sorted(names or ()))}'
                yield at(service.resource, cause, f'add name = "{name[:60]}" to a port mapping of the task definition')
        found = [each.get("discovery_name", each.get("port_name")) for each in offered]
        told = [name for name in found if isinstance(name, str)]
        if len(told) > len(set(told)):
            cause = "offers two Service Connect services with one name"
            yield at(service.resource, cause, "set discovery_name in one of them")


def _port_names(service: Service) -> set[str] | None:
    """The names of the ports of a service's containers, or None where not all are known."""
    if service.task is None or not service.task.is_complete:
        return None
    mappings = [mapping for container in service.containers for mapping in container.ports]
    known = all(is_known(container.written.get("portMappings")) for container in service.containers)
    names = [mapping.get("name") for mapping in mappings]
    return (
        {name for name in names if isinstance(name, str)}
        if known and all(isinstance(name, str | None) for name in names)
        else None
    )


RULE = Rule(
    id="SVC232",
    scope="terraform",
    title="Service Connect has a port name that does not exist",
    what="A Service Connect service has a port_name that no port mapping of the task definition has.",
    why="ECS rejects the service at apply.",
    fix="Give the port mapping the same `name`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html (2026-11-28)",
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 2
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
  service_connect_configuration {
    enabled   = true
    namespace = "shop"
    service {
      port_name = "http"
    }
  }
  depends_on = [aws_iam_role_policy.execution]
}
""",
    check_graph=check,
)
