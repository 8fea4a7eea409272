"""ECS service does not depend on its listener."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.policy.roles import role_of
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import listener_rules
from stage3c.views.services import Service, services


def check(graph: Graph) -> Iterator[Finding]:
    """Follow what a service waits for, and what that waits for; so too for the policies of its roles."""
    binders: dict[str, set[str]] = {}
    for rule in listener_rules(graph):
        for address in rule.refers_to:
            binders.setdefault(address, set()).add(rule.resource.address)
    for service in services(graph).values():
        waits = graph.waits_of(service.resource)
        bound = [binders.get(target.group.address, set()) for target in service.targets if target.group]
        missing = [min(each) for each in bound if each and not each & waits]
        policies = _policies(graph, service) - waits
        if policies and service.resource.depends_on:
            missing.append(min(policies))
        for address in missing:
            yield at(service.resource, f"does not depend on {address}", f"add {address} to depends_on")


def _policies(graph: Graph, service: Service) -> set[str]:
    """The inline policies of the roles of a service's tasks; not those of other roles that mention them."""
    given = service.task.resource.attributes if service.task else {}
    roles = [role_of(graph, given.get(name)) for name in ("execution_role_arn", "task_role_arn") if name in given]
    return {
        user.address
        for role in roles
        if role
        for user in graph.users(role, "aws_iam_role_policy")
        if role_of(graph, user.attributes.get("role")) is role
    }


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
