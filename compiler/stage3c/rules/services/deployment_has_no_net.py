"""A deployment that nobody stops."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, blocks, flag, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at

_PERCENT = 100


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the settings of each service that ECS itself deploys."""
    has_cluster = bool(graph.of_type("aws_ecs_cluster"))
    for service in graph.of_type("aws_ecs_service"):
        if service.attributes.get("cluster") is None and has_cluster:
            yield at(service, "names no cluster, so it runs in the one called default", "set cluster")
        controllers = [block.get("type", "ECS") for block in blocks(service.attributes.get("deployment_controller"))]
        if controllers in ([], ["ECS"]):
            for fault in _faults(service):
                yield at(service, fault, "mend its deployment settings")


def _faults(service: Resource) -> Iterator[str]:
    attributes = service.attributes
    breakers = blocks(attributes.get("deployment_circuit_breaker"))
    alarms = attributes.get("alarms")
    unknown = attributes.get("deployment_circuit_breaker") is not None and not breakers
    if not unknown and not alarms and not any(_is_on(b.get("enable")) and _is_on(b.get("rollback")) for b in breakers):
        yield "has no circuit breaker that rolls back"
    low, high = (
        number(attributes.get("deployment_minimum_healthy_percent")),
        number(attributes.get("deployment_maximum_percent")),
    )
    if (low if low is not None else _PERCENT) >= (high if high is not None else 2 * _PERCENT):
        yield f"can neither stop nor start a task: minimum {low}, maximum {high} per cent"
    if low == 0:
        yield "may stop all of its tasks at once"
    grace = attributes.get("health_check_grace_period_seconds")
    if blocks(attributes.get("load_balancer")) and (grace is None or number(grace) == 0):
        yield "gives its tasks no time to start before health checks count"
    if number(attributes.get("desired_count")) == 0:
        yield "runs no task"


def _is_on(value: Value) -> bool:
    return flag(value, default=False) is not False


RULE = Rule(
    id="SVC209",
    scope="terraform",
    title="Deployment has no net",
    what="A service rolls out without a circuit breaker that rolls back, without time to start, or in steps that cannot move.",
    why="A bad image is started for hours, and nobody is told; or a good one is killed while it starts.",
    fix="Enable deployment_circuit_breaker with rollback, and set health_check_grace_period_seconds behind a load balancer.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html (2026-11-24)",
    severity=Severity.WARNING,
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
}
""",
    check_graph=check,
)
