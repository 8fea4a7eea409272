"""Role of a function, proxy or schedule lacks a permission."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource, Value, blocks, items
from stage3c.policy.contexts import of_role
from stage3c.policy.evaluator import Request, decide
from stage3c.policy.resource_policies import policy_at_arn
from stage3c.policy.roles import grants_of, role_of
from stage3c.rules.rule import Rule, found_at
from stage3c.views.arns import ACCOUNT, home_region, partition_of, written
from stage3c.wording import listed

_TOLD_WHEN_USED: Final = ("aws_db_proxy", "aws_scheduler_schedule")
_READ_QUEUE: Final = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


class _Need(NamedTuple):
    user: Resource
    role: Value
    actions: tuple[str, ...]
    resources: tuple[Value, ...]
    """Names of one thing: a permission for any of them is one for it."""
    why: str


def check(graph: Graph) -> Iterator[Finding]:
    """Decide what each does with its role; where a policy is not known, nothing is said.

    Lambda looks at a role when it is given one, the others only when they use it: without any policy here, they are elsewhere.
    """
    for need in (*_of_functions(graph), *_of_proxies(graph), *_of_schedules(graph)):
        role = role_of(graph, need.role)
        arns = [arn for value in need.resources if (arn := written(graph, value))]
        if role is None or not arns:
            continue
        if need.user.type in _TOLD_WHEN_USED and not grants_of(graph, role).statements:
            continue
        lacking = [action for action in need.actions if all(_lacks(graph, role, action, arn) for arn in arns)]
        if lacking:
            cause = f"{need.user.address} {need.why}, but {role.address} lacks {listed(lacking)}."
            yield found_at(need.user, cause, f"allow {listed(lacking)} in a policy of {role.address}.")


def _lacks(graph: Graph, role: Resource, action: str, arn: str) -> bool:
    grants, policy = grants_of(graph, role), policy_at_arn(graph, arn)
    caller = f"AWS:{written(graph, Ref(role.address, 'arn')) or ''}"
    decision = decide(Request(action, arn, caller, of_role(graph, role, action, arn)), grants.statements, policy or ())
    return decision.allowed is False and decision.statement is None and grants.complete and policy is not None


def _of_functions(graph: Graph) -> Iterator[_Need]:
    for function in graph.of_type("aws_lambda_function"):
        if any(items(block.get("subnet_ids")) for block in blocks(function.attributes.get("vpc_config"))):
            role, why = function.attributes.get("role"), "is in a VPC"
            region = home_region(graph, function)
            interface = f"arn:{partition_of(graph)}:ec2:{region}:{ACCOUNT}:network-interface/«{function.address}»"
            yield _Need(function, role, ("ec2:CreateNetworkInterface",), (interface,), why)
    for mapping in graph.of_type("aws_lambda_event_source_mapping"):
        called, queue = (graph.target(mapping.attributes.get(key)) for key in ("function_name", "event_source_arn"))
        if called is not None and queue is not None and queue.type == "aws_sqs_queue" and queue.mode == "resource":
            arns = (Ref(queue.address, "arn"),)
            yield _Need(mapping, called.attributes.get("role"), _READ_QUEUE, arns, f"reads {queue.address}")


def _of_proxies(graph: Graph) -> Iterator[_Need]:
    for proxy in graph.of_type("aws_db_proxy"):
        for block in blocks(proxy.attributes.get("auth")):
            role, secret = proxy.attributes.get("role_arn"), block.get("secret_arn")
            yield _Need(proxy, role, ("secretsmanager:GetSecretValue",), (secret,), "logs in with a secret")


def _of_schedules(graph: Graph) -> Iterator[_Need]:
    for schedule in graph.of_type("aws_scheduler_schedule"):
        for target in blocks(schedule.attributes.get("target")):
            for settings in blocks(target.get("ecs_parameters")):
                task = graph.target(settings.get("task_definition_arn"))
                if task is None or task.type != "aws_ecs_task_definition":
                    continue
                why = f"runs {task.address}"
                arns = (Ref(task.address, "arn"), Ref(task.address, "arn_without_revision"))
                yield _Need(schedule, target.get("role_arn"), ("ecs:RunTask",), arns, why)
                for key in ("execution_role_arn", "task_role_arn"):
                    passed = task.attributes.get(key)
                    yield _Need(schedule, target.get("role_arn"), ("iam:PassRole",), (passed,), why)


RULE = Rule(
    id="IAM216",
    scope="terraform",
    title="Role of a function, proxy or schedule lacks a permission",
    what=(
        "A Lambda function in a VPC or behind a queue, a database proxy, or a schedule that runs a task has a role that does "
        "not allow what this takes."
    ),
    why="AWS rejects the function at apply, or the proxy and the schedule fail silently.",
    fix="Allow the actions that the finding names, or attach the AWS managed policy for them.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html (from memory)",
    bad_terraform="""\
resource "aws_iam_role" "lambda" {
  name = "shop-lambda"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_lambda_function" "jobs" {
  function_name = "shop-jobs"
  role          = aws_iam_role.lambda.arn
  runtime       = "python3.13"
  handler       = "main.handler"
  filename      = "jobs.zip"
  vpc_config {
    subnet_ids         = [aws_subnet.private_a.id]
    security_group_ids = [aws_security_group.web.id]
  }
}
""",
    good_terraform="""\
resource "aws_iam_role" "lambda" {
  name = "shop-lambda"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "lambda" {
  role       = aws_iam_role.lambda.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_lambda_function" "jobs" {
  function_name = "shop-jobs"
  role          = aws_iam_role.lambda.arn
  runtime       = "python3.13"
  handler       = "main.handler"
  filename      = "jobs.zip"
  vpc_config {
    subnet_ids         = [aws_subnet.private_a.id]
    security_group_ids = [aws_security_group.web.id]
  }
}
""",
    check_graph=check,
)
