"""ECS deployment cannot roll back."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Value, blocks, flag, number
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services

_PERCENT = 100


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the settings of each service that ECS itself deploys."""
    has_cluster = bool(graph.of_type("aws_ecs_cluster"))
    for service in services(graph).values():
        if service.resource.attributes.get("cluster") is None and has_cluster:
            yield at(
                service.resource,
                "has no cluster, so it runs in the cluster named default",
                "set cluster = aws_ecs_cluster.NAME.arn",
            )
        if service.controllers in ([], ["ECS"]):
            for fault in _faults(service):
                yield at(service.resource, *fault)
            if _is_written_without_a_number(graph, service):
                yield at(service.resource, "has no desired_count, and the default is 0", "set desired_count = 2")


def _is_written_without_a_number(graph: Graph, service: Service) -> bool:
    """In a configuration; in a plan or state the provider has filled it in. Autoscaling starts tasks by itself."""
    resource = service.resource
    is_daemon = resource.attributes.get("scheduling_strategy") not in (None, "REPLICA")
    scaled = bool(graph.users(resource, "aws_appautoscaling_target"))
    return bool(resource.spans) and resource.attributes.get("desired_count") is None and not is_daemon and not scaled


def _faults(service: Service) -> Iterator[tuple[str, str]]:
    attributes = service.resource.attributes
    breakers = blocks(attributes.get("deployment_circuit_breaker"))
    alarms = attributes.get("alarms")
    unknown = attributes.get("deployment_circuit_breaker") is not None and not breakers
    if not unknown and not alarms and not any(_is_on(b.get("enable")) and _is_on(b.get("rollback")) for b in breakers):
        yield (
            "has no deployment circuit breaker with rollback",
            "set enable = true and rollback = true in deployment_circuit_breaker",
        )
    low = number(attributes.get("deployment_minimum_healthy_percent"))
    high = number(attributes.get("deployment_maximum_percent"))
    least, most = low if low is not None else _PERCENT, high if high is not None else 2 * _PERCENT
    if least >= most and (least, most) != (_PERCENT, _PERCENT):  # ECS does not take the latter at all: SVC230
        yield (
            f"cannot stop or start a task: minimum {low} %, maximum {high} %",
            "set deployment_minimum_healthy_percent = 100 and deployment_maximum_percent = 200",
        )
    if low == 0:
        yield "can stop all tasks at once: minimum 0 %", "set deployment_minimum_healthy_percent = 100"
    grace = attributes.get("health_check_grace_period_seconds")
    if service.targets and (grace is None or number(grace) == 0):
        yield "has no health check grace period", "set health_check_grace_period_seconds = 60"
    if number(attributes.get("desired_count")) == 0:
        yield "has desired_count 0", "set desired_count = 2"


def _is_on(value: Value) -> bool:
    return flag(value, default=False) is not False


RULE = Rule(
    id="SVC209",
    scope="terraform",
    title="ECS deployment cannot roll back",
    what=(
        "A service has no deployment circuit breaker with rollback, no health check grace period, or limits "
        "that allow no deployment."
    ),
    why="A broken image is restarted for hours without notice, or a good one is stopped while it starts.",
    fix=(
        "Set `enable = true` and `rollback = true` in deployment_circuit_breaker, and "
        "`health_check_grace_period_seconds = 60`."
    ),
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
