"""Principal of a policy is malformed."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, blocks, document
from stage3c.rules.rule import Rule, at

_ARGUMENTS: Final = {
    "aws_iam_role": "assume_role_policy",
    "aws_sns_topic_policy": "policy",
    "aws_sns_topic": "policy",
    "aws_sqs_queue_policy": "policy",
    "aws_s3_bucket_policy": "policy",
    "aws_kms_key": "policy",
    "aws_kms_key_policy": "policy",
    "aws_secretsmanager_secret_policy": "policy",
    "aws_ecr_repository_policy": "policy",
}


def check(graph: Graph) -> Iterator[Finding]:
    """A principal that is a plain text can only be a star."""
    for kind, argument in _ARGUMENTS.items():
        for resource in graph.of_type(kind):
            for body in blocks(document(resource.attributes.get(argument))):
                for statement in blocks(body.get("Statement")):
                    principal = statement.get("Principal")
                    if isinstance(principal, str) and principal != "*":
                        cause = f'has Principal "{clip(principal)}"; a text can only be "*"'
                        yield at(resource, cause, f'write Principal = {{ AWS = "{clip(principal)}" }}')


RULE = Rule(
    id="IAM262",
    scope="terraform",
    title="Principal of a policy is malformed",
    what='A statement has a Principal that is a text other than "*".',
    why="AWS rejects the policy at apply: MalformedPolicyDocument, invalid principal.",
    fix='Write a mapping, such as `Principal = { Service = "ecs-tasks.amazonaws.com" }`.',
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (from memory)",
    bad_terraform="""\
resource "aws_sns_topic_policy" "alarms" {
  arn = aws_sns_topic.alarms.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "cloudwatch.amazonaws.com"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alarms.arn
      Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
    }]
  })
}
""",
    check_graph=check,
)
