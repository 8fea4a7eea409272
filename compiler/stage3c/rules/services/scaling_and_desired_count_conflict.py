"""Autoscaling and desired_count conflict."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, Text
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the services that a scaling target steers, in configurations; a state has no lifecycle block."""
    for target in graph.of_type("aws_appautoscaling_target"):
        written = target.attributes.get("resource_id")
        for part in written.parts if isinstance(written, Text) else ():
            service = graph.target(part) if isinstance(part, Ref) else None
            if service is not None and service.type == "aws_ecs_service" and _is_reset(service):
                cause = f"has desired_count, which each apply sets again although {target.address} changes it"
                yield at(service, cause, "add lifecycle { ignore_changes = [desired_count] }")
    yield from _of_others(graph)


def _is_reset(service: Resource) -> bool:
    is_ignored = {"desired_count", "all"} & set(service.lifecycle.ignore_changes)
    return bool(service.spans) and service.attributes.get("desired_count") is not None and not is_ignored


def _of_others(graph: Graph) -> Iterator[Finding]:
    """A target whose service is written as text, in a stack that knows all of its services by name."""
    names = [service.attributes.get("name") for service in graph.of_type("aws_ecs_service")]
    if not names or not all(isinstance(name, str) for name in names):
        return
    for target in graph.of_type("aws_appautoscaling_target"):
        written = target.attributes.get("resource_id")
        last = written.parts[-1] if isinstance(written, Text) else written
        name = last.rpartition("/")[2] if isinstance(last, str) and "/" in last else ""
        if name and name not in names and target.attributes.get("service_namespace", "ecs") == "ecs":
            cause = f'scales service "{name[:60]}", which is not in this stack'
            yield at(target, cause, "build resource_id from the name of an aws_ecs_service")


RULE = Rule(
    id="SVC233",
    scope="terraform",
    title="Autoscaling and desired_count conflict",
    severity=Severity.WARNING,
    what="Autoscaling changes the number of tasks, and every apply sets it back; or a target scales another service.",
    why="An apply under load stops the tasks that autoscaling has started.",
    fix="Add `lifecycle { ignore_changes = [desired_count] }` to the service.",
    source="https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/ecs_service (2026-11-28)",
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
  depends_on = [aws_iam_role_policy.execution]
}
""",
    check_graph=check,
)
