"""Target group has a different port from its container."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, number
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services_of


def check(graph: Graph) -> Iterator[Finding]:
    """Hold the port of each group against that of the services that fill it."""
    for group in graph.of_type("aws_lb_target_group"):
        for service in services_of(graph, group):
            yield from _ports(graph, group, service)


def _ports(graph: Graph, group: Resource, service: Service) -> Iterator[Finding]:
    """ECS ignores the port of a target group, so an unusual one is probably a mistake."""
    own_address = service.task is not None and service.task.resource.attributes.get("network_mode") == "awsvpc"
    if not service.asks_for_fargate and not own_address:
        return  # by the host's port then, which may be any
    port = number(graph.resolved(group.attributes.get("port")))
    for target in service.targets:
        if target.group is group and None not in (port, target.port) and port not in (target.port, 80, 443):
            cause = f"has port {port}, but {service.resource.address} registers port {target.port}"
            yield at(group, cause, f"set port = {target.port}")


RULE = Rule(
    id="LBA234",
    scope="terraform",
    severity=Severity.WARNING,
    title="Target group has a different port from its container",
    what="The port of a target group is not the port at which its ECS service registers tasks.",
    why="ECS registers each task with its container port, so the port of the group is not used and misleads readers.",
    fix="Set the port of the target group to that of the container.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 9000
  protocol    = "HTTP"
  target_type = "ip"
  health_check {
    path    = "/ready"
    matcher = "200"
  }
}
""",
    check_graph=check,
)
