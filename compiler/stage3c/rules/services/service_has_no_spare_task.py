"""Service has no spare task."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, flag, number, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.services import Service, services


def check(graph: Graph) -> Iterator[Finding]:
    """Where the database has a standby, or something is protected from deletion, look for services that never run two tasks."""
    if not any(map(_outlives_a_zone, graph.of_type("aws_db_instance", "aws_lb"))):
        return
    for view in services(graph).values():
        if view.targets and view.resource.spans:
            scaling = _scaling(graph, view.resource)
            fault = _fault(view, scaling)
            if fault:
                yield at(view.resource, *fault)
            for action in graph.users(scaling, "aws_appautoscaling_scheduled_action") if scaling else ():
                limits = blocks(action.attributes.get("scalable_target_action"))
                if any(number(block.get("max_capacity")) == 0 for block in limits):
                    yield at(action, f"stops every task of {view.resource.address}", "set max_capacity = 1 or more")


def _outlives_a_zone(resource: Resource) -> bool:
    return any(flag(resource.attributes.get(key)) is True for key in ("multi_az", "enable_deletion_protection"))


def _scaling(graph: Graph, service: Resource) -> Resource | None:
    targets = graph.users(service, "aws_appautoscaling_target")
    named = (t for t in targets if service.address in {ref.address for ref in refs_in(t.attributes.get("resource_id"))})
    return next(named, None)


def _fault(view: Service, scaling: Resource | None) -> tuple[str, str] | None:
    count = number(view.resource.attributes.get("desired_count"))
    least = number(scaling.attributes.get("min_capacity")) if scaling else count
    most = number(scaling.attributes.get("max_capacity")) if scaling else count
    if least == 0 or count == 0:
        return "may run no task at all behind its load balancer", "set desired_count = 2 and min_capacity = 2"
    if view.strategy and all(share.get("capacity_provider") == "FARGATE_SPOT" for share in view.strategy):
        return "runs only on Fargate Spot, where AWS may stop all tasks at once", "add FARGATE with base = 1"
    if most == 1:
        return "never runs more than one task, so it is down when its zone is", "set desired_count = 2"
    return None


RULE = Rule(
    id="SVC236",
    scope="terraform",
    title="Service has no spare task",
    what="A service behind a load balancer runs one task or none, or only on Spot, in a stack that is otherwise protected.",
    why="Whenever the task or its zone fails, clients get status 503 until another one has started.",
    fix="Run two tasks or more, in two zones: `desired_count = 2`, and `min_capacity = 2` where it scales.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.main.arn
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 0

  health_check_grace_period_seconds = 150
  network_configuration {
    subnets         = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups = [aws_security_group.web.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  depends_on = [aws_lb_listener.https, aws_iam_role_policy.execution, aws_iam_role_policy.task]
  lifecycle {
    ignore_changes = [desired_count]
  }
}
""",
    check_graph=check,
)
