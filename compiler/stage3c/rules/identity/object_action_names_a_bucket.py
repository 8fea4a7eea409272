"""Statement about objects names a bucket."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.policies import policies_of
from stage3c.views.statements import Statement

_BUCKET: Final = re.compile(r"arn:[^:]*:s3:::[^/*?]+")
_OBJECTS: Final = re.compile(r"s3:(Get|Put|Delete|Restore)Object[A-Za-z]*|s3:AbortMultipartUpload", re.IGNORECASE)
_OF_BUCKETS: Final = re.compile(r"s3:(Get|Put)Object(LockConfiguration|sLock)", re.IGNORECASE)


def check(graph: Graph) -> Iterator[Finding]:
    """Look at statements all of whose actions are about objects and all of whose resources are buckets."""
    for origin, statements in policies_of(graph):
        for statement in statements:
            actions, resources = statement.actions or (), statement.resources or ()
            if statement.allows and actions and resources and _misses(statement):
                cause = f"allows {actions[0]} on {resources[0]}, a bucket and none of its objects"
                yield at(origin, cause, f'set Resource = "{resources[0]}/*"')


def _misses(statement: Statement) -> bool:
    actions = [bool(_OBJECTS.fullmatch(each)) and not _OF_BUCKETS.match(each) for each in statement.actions or ()]
    return all(actions) and all(_BUCKET.fullmatch(each) for each in statement.resources or ())


RULE = Rule(
    id="IAM268",
    scope="terraform",
    title="Statement about objects names a bucket",
    what="A statement allows actions on objects, but its Resource is the ARN of a bucket.",
    why="It allows nothing: an object has the ARN of its bucket with / and its key.",
    fix="End the ARN with `/*`.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_iam_role_policy" "task" {
  role = aws_iam_role.task.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject"]
      Resource = "arn:aws:s3:::shop-media"
    }]
  })
}
""",
    good_terraform="""\
resource "aws_iam_role_policy" "task" {
  role = aws_iam_role.task.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "arn:aws:s3:::shop-media/*" },
      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = aws_db_instance.main.master_user_secret[0].secret_arn
      },
    ]
  })
}
""",
    check_graph=check,
)
