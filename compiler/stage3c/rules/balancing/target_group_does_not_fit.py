"""Target group does not match its ECS service."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, is_known
from stage3c.rules.rule import Rule, at
from stage3c.views.services import services_of


def check(graph: Graph) -> Iterator[Finding]:
    """Hold each group against the services that fill it."""
    for group in graph.of_type("aws_lb_target_group"):
        kind = group.attributes.get("target_type", "instance")
        if is_known(kind) and kind != "lambda":
            for key in ("port", "protocol"):
                if group.attributes.get(key) is None:
                    example = "8080" if key == "port" else '"HTTP"'
                    yield at(group, f"has no {key}", f"set {key} = {example}")
        for service in services_of(graph, group):
            if service.asks_for_fargate and is_known(kind) and kind != "ip":
                cause = f"has target_type {kind}, but {service.resource.address} runs on Fargate"
                yield at(group, cause, 'set target_type = "ip"')


RULE = Rule(
    id="LBA204",
    scope="terraform",
    title="Target group does not match its ECS service",
    what="The target group of a Fargate service does not have target_type ip, or has no port or protocol.",
    why="AWS rejects the service, because awsvpc tasks are registered by IP address.",
    fix='Set `target_type = "ip"`, and the port and protocol of the container.',
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "instance"
  health_check {
    path    = "/ready"
    matcher = "200"
  }
}
""",
    check_graph=check,
)
