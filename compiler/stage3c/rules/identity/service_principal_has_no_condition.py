"""Resource policy allows a service on behalf of every account."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.policies import policies_of
from stage3c.views.statements import Statement

_TYPES: Final = ("aws_sns_topic_policy", "aws_sns_topic", "aws_sqs_queue_policy", "aws_s3_bucket_policy")
_KEYS: Final = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalorgid")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the statements that allow only AWS services."""
    for resource, statements in policies_of(graph):
        for statement in statements if resource.type in _TYPES else ():
            service = _unbound(statement)
            if service:
                cause = f"allows {service} without a condition on the account that it acts for"
                yield at(resource, cause, 'add Condition = { StringEquals = { "aws:SourceAccount" = ACCOUNT } }')


def _unbound(statement: Statement) -> str:
    """The service that a statement allows for whichever account; empty where it does not, or where that is not known."""
    principals = statement.principals or ()
    if not statement.allows or not principals or not all(each.startswith("Service:") for each in principals):
        return ""
    if any(values is None or key.lower() in _KEYS for _, key, values in statement.conditions):
        return ""
    return principals[0].removeprefix("Service:")


RULE = Rule(
    id="IAM260",
    scope="terraform",
    title="Resource policy allows a service on behalf of every account",
    what="A topic, queue or bucket policy allows an AWS service without a condition on aws:SourceAccount or aws:SourceArn.",
    why="Another account can make the service act on your resource: the confused deputy problem.",
    fix="Add a condition on `aws:SourceAccount` or `aws:SourceArn`.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html (2026-11-28)",
    severity=Severity.NOTE,
    bad_terraform="""\
resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudwatch.amazonaws.com" }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
    }]
  })
}
""",
    check_graph=check,
)
