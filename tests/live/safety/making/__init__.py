"""How each emitted type is made with boto3, as Terraform would: one function a type, which returns what a state has of it.

A function is given the account, the resolved arguments and the tags, which may be none. Types that are not in `TAGGED`
cannot carry any (https://registry.terraform.io/providers/hashicorp/aws/latest/docs, 2026-11-28); the default security group
can, but belongs to whom its VPC does unless its own tags are another stack's, so `OF_A_WHOLE` has only Terraform's.
"""

from collections.abc import Callable
from typing import Any, Final

from tests.live.safety.account import World
from tests.live.safety.making import balancing, containers, data, identity, monitoring, network

Maker = Callable[[World, dict[str, Any], dict[str, str]], dict[str, Any]]

MAKERS: Final[dict[str, Maker]] = {
    **balancing.MAKERS,
    **containers.MAKERS,
    **data.MAKERS,
    **identity.MAKERS,
    **monitoring.MAKERS,
    **network.MAKERS,
}

UNTAGGED: Final = frozenset(
    {
        "aws_acm_certificate_validation",
        "aws_appautoscaling_policy",
        "aws_cloudwatch_dashboard",
        "aws_cloudwatch_event_target",
        "aws_default_security_group",
        "aws_ecr_lifecycle_policy",
        "aws_ecs_cluster_capacity_providers",
        "aws_iam_role_policy",
        "aws_route",
        "aws_route53_record",
        "aws_route_table_association",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_s3_bucket_ownership_controls",
        "aws_s3_bucket_policy",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_secretsmanager_secret_version",
        "aws_sns_topic_policy",
        "aws_sns_topic_subscription",
    }
)
TAGGED: Final = frozenset(MAKERS) - UNTAGGED
OF_A_WHOLE: Final = frozenset({"aws_default_security_group"})
