"""ECS service does not depend on its listener."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Value, blocks, refs_in
from stage3c.policy.roles import role_of
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at, listener_rules, listeners, waits_of


def check(graph: Graph) -> Iterator[Finding]:
    """Follow what a service waits for, and what that waits for; so too for the policies of its roles."""
    binders: dict[str, set[str]] = {}
    for side in (*listeners(graph), *listener_rules(graph)):
        for ref in (*refs_in(side.attributes.get("default_action")), *refs_in(side.attributes.get("action"))):
            binders.setdefault(ref.address, set()).add(side.address)
    for service in graph.of_type("aws_ecs_service"):
        waits = waits_of(graph, service)
        for block in blocks(service.attributes.get("load_balancer")):
            group = graph.target(block.get("target_group_arn"))
            bound = binders.get(group.address, set()) if group else set()
            if bound and not bound & waits:
                yield at(service, f"does not depend on {min(bound)}", f"add depends_on = [{min(bound)}]")
        missing = _policies(graph, service.attributes.get("task_definition")) - waits
        if missing and service.depends_on:
            yield at(service, f"does not depend on {min(missing)}", f"add {min(missing)} to depends_on")


def _policies(graph: Graph, definition: Value) -> set[str]:
    """The inline policies of the roles of a task definition."""
    task = graph.target(definition)
    roles = (
        [role_of(graph, task.attributes.get(name)) for name in ("execution_role_arn", "task_role_arn")] if task else []
    )
    return {user.address for role in roles if role for user in graph.users(role, "aws_iam_role_policy")}


RULE = Rule(
    id="SVC208",
    scope="terraform",
    title="ECS service does not depend on its listener",
    what="A service registers in a target group, but does not depend on the listener that forwards to it.",
    why="If AWS creates the service first, it fails: the target group does not have an associated load balancer.",
    fix="Add the listener or listener rule to `depends_on` of the service.",
    source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service (2026-11-24)",
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
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
}
""",
    check_graph=check,
)
