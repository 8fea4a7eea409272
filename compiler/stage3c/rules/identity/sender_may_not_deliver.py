"""Queue, topic or function does not admit what sends to it."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, Value, blocks, items
from stage3c.policy.evaluator import Request, decide
from stage3c.rules.rule import Rule, found_at
from stage3c.views.arns import account_of, written
from stage3c.views.statements import statements_in

_POLICIES: Final = {
    "aws_sqs_queue": ("aws_sqs_queue_policy", "queue_url", "sqs:SendMessage"),
    "aws_sns_topic": ("aws_sns_topic_policy", "arn", "sns:Publish"),
}
_SENDERS: Final = (
    ("aws_sns_topic_subscription", "endpoint", "sns", "topic_arn"),
    ("aws_cloudwatch_event_target", "arn", "events", ""),
    ("aws_s3_bucket_notification", "queue.queue_arn", "s3", "bucket"),
    ("aws_s3_bucket_notification", "topic.topic_arn", "s3", "bucket"),
    ("aws_s3_bucket_notification", "lambda_function.lambda_function_arn", "s3", "bucket"),
    ("aws_cloudwatch_log_subscription_filter", "destination_arn", "logs", ""),
    ("aws_secretsmanager_secret_rotation", "rotation_lambda_arn", "secretsmanager", ""),
    ("aws_lb_target_group_attachment", "target_id", "elasticloadbalancing", ""),
)
"""Type, where it names the receiver, the service that sends, and where it names what the service sends for."""


class _Delivery(NamedTuple):
    sender: Resource
    receiver: Resource
    service: str
    source: Value


def check(graph: Graph) -> Iterator[Finding]:
    """Ask the policy of each receiver that the graph makes; a sender that has a role needs no policy."""
    for kind, path, service, source in _SENDERS:
        for sender in graph.of_type(kind):
            for value in _ends(sender, path) if sender.attributes.get("role_arn") is None else ():
                receiver = graph.target(value)
                if receiver is None or receiver.mode != "resource" or graph.is_handed_out(receiver):
                    continue
                if isinstance(value, Ref) and value.attribute == "arn":
                    delivery = _Delivery(sender, receiver, f"{service}.amazonaws.com", sender.attributes.get(source))
                    yield from _judged(graph, delivery)


def _ends(resource: Resource, path: str) -> list[Value]:
    block, _, key = path.rpartition(".")
    inside = blocks(resource.attributes.get(block)) if block else [resource.attributes]
    return [value for each in inside for value in items(each.get(key))]


def _judged(graph: Graph, delivery: _Delivery) -> Iterator[Finding]:
    sender, receiver, service, _ = delivery
    if receiver.type == "aws_lambda_function":
        lacks, fix = not _may_call(graph, receiver, service), "add an aws_lambda_permission with"
        wanted = f'principal = "{service}"'
    elif receiver.type in _POLICIES:
        lacks, fix = _is_refused(graph, delivery), f"allow {_POLICIES[receiver.type][2]} in its policy for"
        wanted = f'Principal = {{ Service = "{service}" }}'
    else:
        return
    if lacks:
        yield found_at(
            sender,
            f"{sender.address} sends to {receiver.address}, which does not allow {service} to do so.",
            f"{fix} {wanted}.",
        )


def _may_call(graph: Graph, function: Resource, service: str) -> bool:
    """Tell whether a permission may be for a function and a service: one that is not known may be for both."""
    name = graph.resolved(function.attributes.get("function_name"))
    for permission in graph.of_type("aws_lambda_permission"):
        whose = permission.attributes.get("function_name")
        target = graph.target(whose)
        is_other = target is not function if target is not None else isinstance(whose, str) and whose != name
        admitted = graph.resolved(permission.attributes.get("principal"))
        if not is_other and not (isinstance(admitted, str) and admitted.partition(".")[0] != service.partition(".")[0]):
            return True
    return False


def _is_refused(graph: Graph, delivery: _Delivery) -> bool:
    """Tell whether no policy admits a service; without one, a queue or topic admits its own account alone."""
    receiver = delivery.receiver
    kind, key, action = _POLICIES[receiver.type]
    beside = graph.of_type(kind)
    if any(graph.target(each.attributes.get(key)) is None for each in beside):
        return False
    inline = (receiver,) if receiver.attributes.get("policy") not in (None, "") else ()
    own = (*inline, *(each for each in beside if graph.target(each.attributes.get(key)) is receiver))
    found = [statements_in(graph, policy) for policy in own]
    arn = written(graph, Ref(receiver.address, "arn"))
    if None in found or arn is None:
        return False
    context: dict[str, str | None] = {"aws:sourceaccount": account_of(graph)}
    source = graph.target(delivery.source)
    source_arn = (
        written(graph, Ref(source.address, "arn")) if source is not None and source.mode == "resource" else None
    )
    if source_arn:
        context["aws:sourcearn"] = source_arn
    request = Request(action, arn, f"Service:{delivery.service}", context)
    return decide(request, (), [statement for inner in found for statement in inner or ()]).allowed is False


RULE = Rule(
    id="IAM215",
    severity=Severity.WARNING,  # another configuration may write the policy
    scope="terraform",
    title="Receiver does not allow what sends to it",
    what=(
        "A topic, event rule, bucket, log group or load balancer sends to a queue, topic or Lambda function whose policy "
        "does not allow that service."
    ),
    why="AWS rejects the notification at apply, or messages are dropped silently.",
    fix='Allow the service, such as `Principal = { Service = "sns.amazonaws.com" }`, or add an aws_lambda_permission.',
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html (from memory)",
    bad_terraform="""\
resource "aws_sqs_queue" "jobs" {
  name = "shop-jobs"
}

resource "aws_sns_topic_subscription" "jobs" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.jobs.arn
}
""",
    good_terraform="""\
resource "aws_sqs_queue" "jobs" {
  name = "shop-jobs"
}

resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.jobs.arn
      Principal = { Service = "sns.amazonaws.com" }
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.alarms.arn } }
    }]
  })
}

resource "aws_sns_topic_subscription" "jobs" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.jobs.arn
}
""",
    check_graph=check,
)
