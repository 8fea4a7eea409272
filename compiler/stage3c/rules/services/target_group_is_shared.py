"""Target group or task definition is shared by services."""

from collections import defaultdict
from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Value, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.services import services
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Collect who registers where, who runs what, and who steers whom."""
    groups: dict[str, set[str]] = defaultdict(set)
    definitions: dict[str, set[str]] = defaultdict(set)
    for address, service in services(graph).items():
        for block in service.targets:
            _add(groups, block.written.get("target_group_arn"), address)
        _add(definitions, service.resource.attributes.get("task_definition"), address)
    yield from _shared(graph, groups, "is used by")
    yield from _shared(graph, definitions, "is used by")
    steered: dict[str, set[str]] = defaultdict(set)
    for target in graph.of_type("aws_appautoscaling_target"):
        for ref in refs_in(target.attributes.get("resource_id")):
            if ref.address in services(graph):
                steered[ref.address].add(target.address)
    yield from _shared(graph, steered, "is scaled by")


def _add(found: dict[str, set[str]], value: Value, user: str) -> None:
    for ref in refs_in(value):
        found[ref.address].add(user)


def _shared(graph: Graph, found: dict[str, set[str]], word: str) -> Iterator[Finding]:
    for address, users in found.items():
        if len(users) > 1 and address in graph.resources:
            yield at(
                graph.resources[address],
                f"{word} {listed(sorted(users))}",
                f"create a separate {graph.resources[address].type} for each",
            )


RULE = Rule(
    id="SVC204",
    scope="terraform",
    title="Target group or task definition is shared by services",
    what="Two services use the same target group or task definition, or two scaling targets scale the same service.",
    why="Requests for one service go to the other at random.",
    fix="Create a separate target group, task definition and scaling target for each service.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_service" "other" {
  name            = "other"
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
    container_port   = 8080
  }
}
""",
    check_graph=check,
)
