"""KMS key policy does not allow the AWS service."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.policy.proofs import proofs
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Ask the policy of each key of a log group or a topic; one finding for all actions that are missing."""
    missing: dict[tuple[str, str], list[str]] = {}
    refused = [proof.need for proof in proofs(graph) if proof.need.kind == "key" and proof.decision.allowed is False]
    for need in refused:
        missing.setdefault((need.origin.address, need.principal), []).append(need.action)
    for need in {(need.origin.address, need.principal): need for need in refused}.values():
        service, actions = need.principal.partition(":")[2], missing[need.origin.address, need.principal]
        key = need.key.address if need.key else need.resource
        cause = f"{need.origin.address} is encrypted with {key}, whose policy does not allow {service}: {', '.join(actions)}."
        wanted = f'{", ".join(actions)} for Principal = {{ Service = "{service}" }}'
        own = f"add a statement to the policy of {key} that allows {wanted}."
        yield found_at(
            need.origin, cause, own if need.key else f"use a customer managed key whose policy allows {wanted}."
        )


RULE = Rule(
    id="IAM212",
    scope="terraform",
    title="KMS key policy does not allow the AWS service",
    what=(
        "A log group or an SNS topic is encrypted with a KMS key whose policy does not allow the AWS service that writes "
        "to it: CloudWatch Logs, or CloudWatch for alarms."
    ),
    why=(
        "AWS rejects the log group at apply, or alarms do not notify anyone: the default key policy, and the AWS managed "
        "key alias/aws/sns, allow no other service."
    ),
    fix=(
        "Use a customer managed key, and allow the service in its policy, such as "
        '`Principal = { Service = "logs.eu-west-1.amazonaws.com" }` with kms:Encrypt, kms:Decrypt and kms:GenerateDataKey.'
    ),
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html (2026-11-28)",
    bad_terraform="""\
resource "aws_kms_key" "logs" {
  description = "Logs"
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "/shop/web"
  retention_in_days = 30
  kms_key_id        = aws_kms_key.logs.arn
}
""",
    good_terraform="""\
resource "aws_kms_key" "logs" {
  description = "Logs"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "kms:*"
        Resource  = "*"
        Principal = { AWS = "arn:aws:iam::123456789012:root" }
      },
      {
        Effect    = "Allow"
        Action    = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
        Resource  = "*"
        Principal = { Service = "logs.eu-west-1.amazonaws.com" }
      },
    ]
  })
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "/shop/web"
  retention_in_days = 30
  kms_key_id        = aws_kms_key.logs.arn
}
""",
    check_graph=check,
)
