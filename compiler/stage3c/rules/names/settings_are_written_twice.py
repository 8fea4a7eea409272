"""Two resources write the same settings."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Resource
from stage3c.rules.rule import Rule, at

_WHOLE: Final = {
    "aws_ecr_lifecycle_policy": "repository",
    "aws_ecr_repository_policy": "repository",
    "aws_ecs_cluster_capacity_providers": "cluster_name",
    "aws_s3_bucket_lifecycle_configuration": "bucket",
    "aws_s3_bucket_ownership_controls": "bucket",
    "aws_s3_bucket_policy": "bucket",
    "aws_s3_bucket_public_access_block": "bucket",
    "aws_s3_bucket_server_side_encryption_configuration": "bucket",
    "aws_s3_bucket_versioning": "bucket",
    "aws_secretsmanager_secret_policy": "secret_arn",
    "aws_sns_topic_policy": "arn",
    "aws_sqs_queue_policy": "queue_url",
}
"""What an owner has once, with the argument that names the owner."""


def check(graph: Graph) -> Iterator[Finding]:
    """Collect the settings of each owner."""
    for kind, key in _WHOLE.items():
        found: dict[str, list[Resource]] = defaultdict(list)
        for settings in graph.of_type(kind):
            owner = settings.attributes.get(key)
            if isinstance(owner, Ref) and settings.certain:
                found[owner.address].append(settings)
        for owner_address, resources in found.items():
            if len(resources) > 1:
                cause = f"overwrites what {resources[0].address} sets for {owner_address}"
                yield at(resources[-1], cause, "write both in one resource")


RULE = Rule(
    id="LIM232",
    scope="terraform",
    title="Two resources write the same settings",
    what="Two resources set the policy, lifecycle or encryption of one bucket, repository, topic, queue or secret.",
    why="AWS keeps the last one only, and each apply changes it back.",
    fix="Write both in one resource.",
    source="https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/s3_bucket_policy (2026-11-28)",
    bad_terraform="""\
resource "aws_ecr_lifecycle_policy" "again" {
  repository = aws_ecr_repository.web.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 5 }
      action       = { type = "expire" }
    }]
  })
}
""",
    check_graph=check,
)
