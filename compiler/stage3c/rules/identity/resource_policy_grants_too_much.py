"""Resource policy allows more than others need."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.statements import Statement, statements_in

_KINDS: Final = (
    "aws_backup_vault_policy", "aws_dynamodb_resource_policy", "aws_ecr_repository_policy", "aws_efs_file_system_policy",
    "aws_s3_bucket_policy", "aws_secretsmanager_secret_policy", "aws_sns_topic_policy", "aws_sns_topic",
    "aws_sqs_queue_policy", "aws_sqs_queue",
)  # fmt: skip
"""Key policies are not among them: IAM policies work for a key only if its own policy gives everything to the account."""
_TAKE_OVER: Final = {
    "s3:deletebucketpolicy", "s3:putbucketacl", "s3:putbucketpolicy", "s3:putencryptionconfiguration", "s3:putobjectacl",
}  # fmt: skip
"""https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-6 (from memory)."""


def check(graph: Graph) -> Iterator[Finding]:
    """Look at what the policies of queues, buckets and their like allow; who is allowed is the subject of IAM232."""
    for resource in graph.of_type(*_KINDS):
        told = (_excess(statement) for statement in statements_in(graph, resource) or () if statement.allows)
        for excess in dict.fromkeys(each for each in told if each):
            yield at(resource, f"allows {excess}", 'list what is needed, such as Action = "sqs:SendMessage"')


def _excess(statement: Statement) -> str | None:
    if statement.not_actions:
        return "every action except those in NotAction"
    actions = statement.actions or ()
    whole = next((action for action in actions if action == "*" or action.endswith(":*")), None)
    if whole:
        return f"every action: {clip(whole)}"
    taken = next((action for action in actions if action.lower() in _TAKE_OVER), None)
    others = any(principal.startswith("AWS:") for principal in statement.principals or ())
    return f"others to change who may use the bucket: {clip(taken)}" if taken and others else None


RULE = Rule(
    id="IAM250",
    scope="terraform",
    severity=Severity.WARNING,
    title="Resource policy allows more than others need",
    what="The policy of a queue, topic, bucket, secret or repository allows every action, or lets others change the policy.",
    why="Whoever may send messages may then also read, delete and publish them.",
    fix="List the actions that others need.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege (from memory)",
    bad_terraform="""\
resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.task.arn }
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.orders.arn
    }]
  })
}
""",
    good_terraform="""\
resource "aws_sqs_queue" "orders" {
  name = "orders"
}

resource "aws_sqs_queue_policy" "orders" {
  queue_url = aws_sqs_queue.orders.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_iam_role.task.arn }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.orders.arn
    }]
  })
}
""",
    check_graph=check,
)
