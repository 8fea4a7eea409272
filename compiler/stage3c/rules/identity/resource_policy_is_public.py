"""Resource policy allows everyone."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, Resource, blocks, document, flag
from stage3c.rules.rule import Rule, at
from stage3c.views.statements import Statement, statements_in

_KINDS: Final = {
    "aws_ecr_repository_policy": "repository",
    "aws_ecr_registry_policy": "registry",
    "aws_secretsmanager_secret_policy": "secret",
    "aws_secretsmanager_secret": "secret",
    "aws_kms_key": "key",
    "aws_kms_key_policy": "key",
    "aws_sns_topic_policy": "topic",
    "aws_sns_topic": "topic",
    "aws_sqs_queue_policy": "queue",
    "aws_sqs_queue": "queue",
    "aws_backup_vault_policy": "vault",
    "aws_cloudwatch_event_bus_policy": "event bus",
    "aws_dynamodb_resource_policy": "table",
    "aws_efs_file_system_policy": "file system",
    "aws_elasticsearch_domain": "domain",
    "aws_elasticsearch_domain_policy": "domain",
    "aws_opensearch_domain": "domain",
    "aws_opensearch_domain_policy": "domain",
    "aws_s3_access_point": "access point",
    "aws_ses_identity_policy": "identity",
    "aws_sesv2_email_identity_policy": "identity",
}
_READING: Final = ("s3:getobject", "s3:getobjectversion")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the policies of what no stack means to publish."""
    yield from _of_buckets(graph)
    for kind, thing in _KINDS.items():
        argument = "access_policies" if thing == "domain" else "policy"
        for resource in graph.of_type(kind):
            if thing == "domain" and not _has_public_endpoint(graph, resource):
                continue
            for statement in statements_in(graph, resource, argument) or ():
                if _is_public(statement):
                    yield at(resource, f"allows everyone to use the {thing}", "name the accounts or roles in Principal")
                    break
            body = document(resource.attributes.get(argument))
            written = blocks(body.get("Statement")) if isinstance(body, Mapping) else []
            if any(each.get("Effect") == "Allow" and "NotPrincipal" in each for each in written):
                cause = f"allows everyone but those in NotPrincipal to use the {thing}"
                yield at(resource, cause, "name the accounts or roles in Principal")


def _has_public_endpoint(graph: Graph, resource: Resource) -> bool:
    """Inside of a VPC, AWS itself proposes a policy for everyone: security groups decide there.

    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html (from memory)
    """
    domain = graph.target(resource.attributes.get("domain_name")) if resource.type.endswith("_policy") else resource
    return domain is not None and domain.mode == "resource" and not domain.attributes.get("vpc_options")


def _of_buckets(graph: Graph) -> Iterator[Finding]:
    """Without a block of public policies, a bucket may hold a web site, which everyone reads object by object."""
    for policy in graph.of_type("aws_s3_bucket_policy"):
        bucket = graph.target(policy.attributes.get("bucket"))
        guards = graph.users(bucket, "aws_s3_bucket_public_access_block") if bucket is not None else ()
        blocked = any(flag(each.attributes.get("block_public_policy")) is True for each in guards)
        for statement in statements_in(graph, policy) or ():
            beyond = [each for each in statement.actions or () if each.lower() not in _READING]
            if _is_public(statement) and (blocked or beyond):
                told = "use the bucket, which its public access block rejects" if blocked else f"do {clip(beyond[0])}"
                yield at(policy, f"allows everyone to {told}", "name the accounts or roles in Principal")
                break


def _is_public(statement: Statement) -> bool:
    principals = statement.principals or ()
    return statement.allows and not statement.conditions and ("*" in principals or "AWS:*" in principals)


RULE = Rule(
    id="IAM232",
    scope="terraform",
    severity=Severity.WARNING,
    title="Resource policy allows everyone",
    what="The policy of a repository, secret, key, topic, queue, vault or bucket allows everyone, without a condition.",
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
