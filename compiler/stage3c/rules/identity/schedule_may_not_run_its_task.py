"""Event rule may not run its task."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, blocks
from stage3c.policy.contexts import of_role
from stage3c.policy.evaluator import Request, decide
from stage3c.policy.roles import grants_of, role_of
from stage3c.rules.rule import Rule, found_at
from stage3c.views.arns import written
from stage3c.wording import listed

_ROLES = ("execution_role_arn", "task_role_arn")


def check(graph: Graph) -> Iterator[Finding]:
    """Decide what EventBridge does with the role of a target: start the task, and hand it its roles."""
    for target in graph.of_type("aws_cloudwatch_event_target"):
        role = role_of(graph, target.attributes.get("role_arn"))
        if role is None:
            continue
        for settings in blocks(target.attributes.get("ecs_target")):
            task = graph.target(settings.get("task_definition_arn"))
            needs = [each for each in _needs(graph, task) if _lacks(graph, role, *each)]
            lacking = [f"{action} on {thing.address}" for action, thing in needs]
            if lacking:
                cause = f"{target.address} runs {task.address if task else 'a task'}: {role.address} needs {listed(lacking)}"
                yield found_at(
                    role, f"{cause}, but none of its policies allows it.", f"allow it in a policy of {role.address}."
                )


def _needs(graph: Graph, task: Resource | None) -> Iterator[tuple[str, Resource]]:
    if task is None or task.mode != "resource" or task.type != "aws_ecs_task_definition":
        return
    yield "ecs:RunTask", task
    passed = {role.address: role for key in _ROLES if (role := role_of(graph, task.attributes.get(key))) is not None}
    yield from (("iam:PassRole", role) for role in passed.values())


def _lacks(graph: Graph, role: Resource, action: str, thing: Resource) -> bool:
    arn = written(graph, Ref(thing.address, "arn"))
    if arn is None:
        return False
    grants = grants_of(graph, role)
    decision = decide(Request(action, arn, "", of_role(graph, role, action, arn)), grants.statements)
    return decision.allowed is False and decision.statement is None and grants.complete


RULE = Rule(
    id="IAM214",
    scope="terraform",
    title="Event rule may not run its task",
    what="A rule of EventBridge runs an ECS task, but its role allows neither ecs:RunTask nor passing the roles of the task.",
    why="The rule fires and nothing runs; only the metric FailedInvocations counts it.",
    fix="Allow ecs:RunTask on the task definition, and iam:PassRole on its roles, in a policy of the role.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/CWE_IAM_role.html (2026-11-28)",
    bad_terraform="""\
resource "aws_cloudwatch_event_rule" "nightly" {
  name                = "shop-nightly"
  schedule_expression = "cron(0 3 * * ? *)"
}

resource "aws_iam_role" "nightly" {
  name = "shop-nightly"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "events.amazonaws.com" }
    }]
  })
}

resource "aws_cloudwatch_event_target" "nightly" {
  rule     = aws_cloudwatch_event_rule.nightly.name
  arn      = aws_ecs_cluster.main.arn
  role_arn = aws_iam_role.nightly.arn
  ecs_target {
    task_definition_arn = aws_ecs_task_definition.web.arn
    launch_type         = "FARGATE"
    network_configuration {
      subnets         = [aws_subnet.private_a.id]
      security_groups = [aws_security_group.web.id]
    }
  }
}
""",
    check_graph=check,
)
