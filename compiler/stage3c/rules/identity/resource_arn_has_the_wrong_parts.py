"""ARN of a policy has the wrong parts."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.policies import policies_of

_ARN: Final = re.compile(
    r"arn:(?P<partition>[^:]*):(?P<service>[a-z0-9-]+):(?P<region>[^:]*):(?P<account>[^:]*):(?P<rest>.+)"
)
_GLOBAL: Final = ("iam", "route53", "cloudfront")
_REGIONAL: Final = ("secretsmanager", "ssm", "sqs", "sns", "dynamodb", "lambda", "ecs", "ecr", "logs", "kms", "rds")
_OF_OTHERS: Final = re.compile(
    r"(accesspoint|accessgrants|access-grants|access-point|job|storage-lens|async-request|bucket)\b.*|\*"
)
"""What of S3 has a region and an account."""


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every ARN that is written in a policy; a part with a placeholder is right."""
    for origin, statements in policies_of(graph):
        arns = [
            arn for each in statements if each.allows for arn in (*(each.resources or ()), *(each.not_resources or ()))
        ]
        for arn in dict.fromkeys(arns):
            found = _ARN.fullmatch(arn)
            fault = _fault(found) if found else None
            if fault:
                yield at(origin, f'has the Resource "{clip(arn)}", {fault[0]}', fault[1])


def _fault(arn: re.Match[str]) -> tuple[str, str] | None:
    service, region, account = arn["service"], arn["region"], arn["account"]
    if (
        service == "s3"
        and (region or account)
        and not _OF_OTHERS.fullmatch(arn["rest"])
        and "*" not in region + account
    ):
        return "but ARNs of buckets have neither region nor account", f"write arn:{arn['partition']}:s3:::{arn['rest']}"
    if service in _GLOBAL and region not in ("", "*"):
        return f"but ARNs of {service} have no region", "leave the region out"
    if service in _REGIONAL and not region:
        return f"but ARNs of {service} have a region", "write the region or * between the colons"
    return None


RULE = Rule(
    id="IAM269",
    scope="terraform",
    severity=Severity.WARNING,
    title="ARN of a policy has the wrong parts",
    what="The Resource of a statement is an ARN with a region or account that its service has not, or without one that it has.",
    why="IAM accepts it, but it is the ARN of nothing, so the statement allows nothing.",
    fix="Write the ARN as its service does: arn:aws:s3:::BUCKET/*, arn:aws:sqs:REGION:ACCOUNT:QUEUE.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (from memory)",
    bad_terraform="""\
resource "aws_iam_role_policy" "task" {
  role = aws_iam_role.task.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "arn:aws:s3:eu-west-1:123456789012:shop-media/*"
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
      { Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::shop-media/*" },
      { Effect = "Allow", Action = "sqs:SendMessage", Resource = "arn:aws:sqs:eu-west-1:123456789012:shop-jobs" },
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
