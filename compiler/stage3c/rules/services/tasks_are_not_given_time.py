"""Tasks that are judged before they have started, or killed before they have ended."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at, containers, task_of

_SPOT_NOTICE_SECONDS = 120
_DRAINING_SECONDS = 300  # the default of a target group
_STOP_SECONDS = 30  # the default of a container


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the times of each service, its containers and its target groups."""
    for service in graph.of_type("aws_ecs_service"):
        task = task_of(graph, service)
        known = containers(task) if task is not None else []
        grace = number(service.attributes.get("health_check_grace_period_seconds"))
        starts = [number(s.get("startPeriod")) or 0 for c in known for s in blocks(c.get("healthCheck"))]
        if grace and starts and max(starts) > grace:
            cause = f"counts checks after {grace} seconds, and its containers take {max(starts)} to start"
            yield at(service, cause, "raise health_check_grace_period_seconds")
        stops = [number(container.get("stopTimeout", _STOP_SECONDS)) for container in known]
        if None in stops:
            continue
        stop = max((each for each in stops if each is not None), default=_STOP_SECONDS)
        for group in _groups(graph, service):
            drain = number(group.attributes.get("deregistration_delay", _DRAINING_SECONDS))
            if drain == 0:
                yield at(group, "cuts off every request when a task is stopped", "set deregistration_delay")
            if drain is not None and _is_on_spot(service) and drain + stop > _SPOT_NOTICE_SECONDS:
                cause = f"drains for {drain} seconds, its tasks stop for {stop}, and Fargate Spot gives {_SPOT_NOTICE_SECONDS}"
                yield at(group, cause, "lower deregistration_delay")
            elif drain is not None and drain > _SPOT_NOTICE_SECONDS and drain > 2 * stop:
                cause = f"drains each task for {drain} seconds, and its containers stop within {stop}"
                yield at(group, cause, "set deregistration_delay to the longest request")


def _groups(graph: Graph, service: Resource) -> Iterator[Resource]:
    for block in blocks(service.attributes.get("load_balancer")):
        group = graph.target(block.get("target_group_arn"))
        if group is not None and group.mode == "resource":
            yield group


def _is_on_spot(service: Resource) -> bool:
    shares = blocks(service.attributes.get("capacity_provider_strategy"))
    return any(share.get("capacity_provider") == "FARGATE_SPOT" and share.get("weight") != 0 for share in shares)


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
