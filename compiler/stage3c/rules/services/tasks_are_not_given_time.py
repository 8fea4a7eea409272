"""Tasks that are judged before they have started, or killed before they have ended."""

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
        if grace and max(starts, default=0) > grace:
            cause = f"counts checks after {grace} seconds, and its containers take {max(starts)} to start"
            yield at(service.resource, cause, "raise health_check_grace_period_seconds")
        stops = [number(c.written.get("stopTimeout", _STOP_SECONDS)) for c in service.containers]
        if None in stops:
            continue
        stop = max((each for each in stops if each is not None), default=_STOP_SECONDS)
        for group in (t.group for t in service.targets if t.group and t.group.mode == "resource"):
            drain = number(group.attributes.get("deregistration_delay", _DRAINING_SECONDS))
            if drain == 0:
                yield at(group, "cuts off every request when a task is stopped", "set deregistration_delay")
            if drain is not None and _is_on_spot(service) and drain + stop > _SPOT_NOTICE_SECONDS:
                cause = f"drains for {drain} seconds, its tasks stop for {stop}, and Fargate Spot gives {_SPOT_NOTICE_SECONDS}"
                yield at(group, cause, "lower deregistration_delay")
            elif drain is not None and drain > _SPOT_NOTICE_SECONDS and drain > 2 * stop:
                cause = f"drains each task for {drain} seconds, and its containers stop within {stop}"
                yield at(group, cause, "set deregistration_delay to the longest request")


def _is_on_spot(service: Service) -> bool:
    return any(s.get("capacity_provider") == "FARGATE_SPOT" and s.get("weight") != 0 for s in service.strategy)


RULE = Rule(
    id="SVC224",
    scope="terraform",
    title="Tasks are not given time",
    severity=Severity.WARNING,
    what="The grace period ends before the containers have started, or draining takes longer than a task may take to stop.",
    why="A slow start is taken for a failure; or every deployment waits five minutes for each task, and Spot kills it before.",
    fix="Let the grace period cover startPeriod, and set deregistration_delay to little more than the longest request.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html (2026-11-23)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    healthCheck = { command = ["CMD", "/check"], startPeriod = 120 }
  }])
}

resource "aws_ecs_service" "web" {
  name                              = "web"
  task_definition                   = aws_ecs_task_definition.web.arn
  health_check_grace_period_seconds = 30
}
""",
    good_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name        = "web"
    image       = "nginx:1"
    healthCheck = { command = ["CMD", "/check"], startPeriod = 120 }
  }])
}

resource "aws_ecs_service" "web" {
  name                              = "web"
  task_definition                   = aws_ecs_task_definition.web.arn
  health_check_grace_period_seconds = 150
}
""",
    check_graph=check,
)
