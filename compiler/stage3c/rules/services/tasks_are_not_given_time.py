"""ECS tasks have too little time to start or stop."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, number
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services

_SPOT_NOTICE_SECONDS = 120
_DRAINING_SECONDS = 300  # the default of a target group
_STOP_SECONDS = 30  # the default of a container


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the times of each service, its containers and its target groups."""
    for service in services(graph).values():
        grace = number(service.resource.attributes.get("health_check_grace_period_seconds"))
        starts = [number(check.get("startPeriod")) or 0 for c in service.containers for check in c.health_checks]
        if grace and starts and max(starts) > grace:
            cause = f"has health_check_grace_period_seconds {grace}, but its containers have startPeriod {max(starts)}"
            yield at(service.resource, cause, f"set health_check_grace_period_seconds = {max(starts)} or more")
        stops = [number(c.written.get("stopTimeout", _STOP_SECONDS)) for c in service.containers]
        if None in stops:
            continue
        if 0 in stops:
            yield at(
                service.task.resource if service.task else service.resource,
                "has a container with stopTimeout 0, which interrupts its requests",
                "set stopTimeout = 30",
            )
        stop = max((each for each in stops if each is not None), default=_STOP_SECONDS)
        for group in (t.group for t in service.targets if t.group and t.group.mode == "resource"):
            drain = number(group.attributes.get("deregistration_delay", _DRAINING_SECONDS))
            if drain == 0:
                yield at(
                    group, "has deregistration_delay 0, which interrupts requests", "set deregistration_delay = 30"
                )
            if drain is not None and _is_on_spot(service) and drain + stop > _SPOT_NOTICE_SECONDS:
                cause = (
                    f"has deregistration_delay {drain}; with stopTimeout {stop} that "
                    f"exceeds the {_SPOT_NOTICE_SECONDS} seconds of Fargate Spot"
                )
                yield at(group, cause, f"set deregistration_delay = {max(_SPOT_NOTICE_SECONDS - stop, 1)}")
            elif drain is not None and drain > _SPOT_NOTICE_SECONDS and drain > 2 * stop:
                cause = f"has deregistration_delay {drain}, but its containers stop within {stop} seconds"
                yield at(group, cause, "set deregistration_delay to the duration of the longest request, such as 30")


def _is_on_spot(service: Service) -> bool:
    return any(s.get("capacity_provider") == "FARGATE_SPOT" and s.get("weight") != 0 for s in service.strategy)


RULE = Rule(
    id="SVC224",
    scope="terraform",
    title="ECS tasks have too little time to start or stop",
    severity=Severity.WARNING,
    what=(
        "The health check grace period is shorter than startPeriod, or deregistration takes longer than a "
        "task may take to stop."
    ),
    why=(
        "A slow start counts as a failure; or every deployment waits minutes for each task, and Spot stops it before."
    ),
    fix="Set `health_check_grace_period_seconds` to startPeriod or more, and `deregistration_delay = 30`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html (2026-11-23)",
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
    healthCheck  = { command = ["CMD", "/check"], startPeriod = 120 }
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
  health_check_grace_period_seconds = 30
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
    healthCheck  = { command = ["CMD", "/check"], startPeriod = 120 }
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
  health_check_grace_period_seconds = 150
}
""",
    check_graph=check,
)
