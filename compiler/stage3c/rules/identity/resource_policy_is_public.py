"""Resource policy allows everyone."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, blocks, document, flag
from stage3c.rules.rule import Rule, at
from stage3c.views.statements import Statement, statements_in

_KINDS: Final = {
    "aws_ecr_repository_policy": "repository",
    "aws_secretsmanager_secret_policy": "secret",
    "aws_secretsmanager_secret": "secret",
    "aws_kms_key": "key",
    "aws_kms_key_policy": "key",
    "aws_sns_topic_policy": "topic",
    "aws_sqs_queue_policy": "queue",
}


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the policies of what no stack means to publish."""
    yield from _of_buckets(graph)
    for kind, thing in _KINDS.items():
        for resource in graph.of_type(kind):
            for statement in statements_in(graph, resource) or ():
                if _is_public(statement):
                    yield at(resource, f"allows everyone to use the {thing}", "name the accounts or roles in Principal")
                    break
            body = document(resource.attributes.get("policy"))
            written = blocks(body.get("Statement")) if isinstance(body, Mapping) else []
            if any(each.get("Effect") == "Allow" and "NotPrincipal" in each for each in written):
                cause = f"allows everyone but those in NotPrincipal to use the {thing}"
                yield at(resource, cause, "name the accounts or roles in Principal")


def _of_buckets(graph: Graph) -> Iterator[Finding]:
    """Without a block of public policies, a bucket may hold a web site."""
    for policy in graph.of_type("aws_s3_bucket_policy"):
        bucket = graph.target(policy.attributes.get("bucket"))
        guards = graph.users(bucket, "aws_s3_bucket_public_access_block") if bucket is not None else ()
        blocked = any(flag(each.attributes.get("block_public_policy")) is True for each in guards)
        for statement in statements_in(graph, policy) or () if blocked else ():
            if _is_public(statement):
                cause = "allows everyone to use the bucket, which its public access block rejects"
                yield at(policy, cause, "name the accounts or roles in Principal")
                break


def _is_public(statement: Statement) -> bool:
    principals = statement.principals or ()
    return statement.allows and not statement.conditions and ("*" in principals or "AWS:*" in principals)


RULE = Rule(
    id="IAM232",
    scope="terraform",
    severity=Severity.WARNING,
    title="Resource policy allows everyone",
    what="The policy of a repository, secret, key, topic, queue or private bucket allows everyone, without a condition.",
    why="Anyone with an AWS account can pull the images, read the secret or use the key.",
    fix="Name the accounts or roles in Principal, or add a condition.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (2026-11-28)",
    bad_terraform="""\
resource "aws_ecr_repository_policy" "web" {
  repository = aws_ecr_repository.web.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}
""",
    check_graph=check,
)
