"""Whose a resource is: the tags that it then has, and how it is kept from the commands that somebody may not read it."""

from collections.abc import Callable
from typing import Final

from tests.live.safety.account import Call, World

Tags = dict[str, str]

OWNERS: Final[dict[str, Callable[[Tags], Tags]]] = {
    "ours": lambda own: own,
    "other environment": lambda own: {
        **own,
        "Environment": "stage",
        "Stack": f"{own['Project']}-stage",
    },
    "other project": lambda own: {**own, "Project": "other", "Stack": f"other-{own['Environment']}"},
    "colliding stack": lambda own: {**own, "Project": own["Stack"], "Environment": "eu"},
    "by hand": lambda _own: {},
    "by hand with our name": lambda own: {"Name": own["Name"]} if "Name" in own else {},
    "foreign tags": lambda own: {**{k: own[k] for k in own if k == "Name"}, "Owner": "other team", "Stack": "others"},
    "unreadable": lambda own: {**own, "Project": "other", "Stack": f"other-{own['Environment']}"},
}
"""Every kind of owner: what its resource carries where ours would carry `own`."""

# Which operations tell the tags of a type, by AWS's API references (https://docs.aws.amazon.com/, 2026-11-28).
_TELLS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "aws_acm_certificate": ("acm", ("ListTagsForCertificate",)),
    "aws_appautoscaling_target": ("application-autoscaling", ("ListTagsForResource",)),
    "aws_budgets_budget": ("budgets", ("ListTagsForResource",)),
    "aws_cloudwatch_event_rule": ("events", ("ListTagsForResource",)),
    "aws_cloudwatch_log_group": ("logs", ("ListTagsForResource", "ListTagsLogGroup")),
    "aws_cloudwatch_metric_alarm": ("cloudwatch", ("ListTagsForResource",)),
    "aws_db_instance": ("rds", ("ListTagsForResource", "DescribeDBInstances")),
    "aws_db_parameter_group": ("rds", ("ListTagsForResource",)),
    "aws_db_subnet_group": ("rds", ("ListTagsForResource",)),
    "aws_ecr_repository": ("ecr", ("ListTagsForResource",)),
    "aws_ecs_cluster": ("ecs", ("ListTagsForResource",)),
    "aws_ecs_service": ("ecs", ("ListTagsForResource",)),
    "aws_ecs_task_definition": ("ecs", ("ListTagsForResource",)),
    "aws_eip": ("ec2", ("DescribeAddresses",)),
    "aws_flow_log": ("ec2", ("DescribeFlowLogs",)),
    "aws_iam_role": ("iam", ("ListRoleTags", "GetRole")),
    "aws_internet_gateway": ("ec2", ("DescribeInternetGateways",)),
    "aws_lb": ("elbv2", ("DescribeTags",)),
    "aws_lb_listener": ("elbv2", ("DescribeTags",)),
    "aws_lb_listener_rule": ("elbv2", ("DescribeTags",)),
    "aws_lb_target_group": ("elbv2", ("DescribeTags",)),
    "aws_nat_gateway": ("ec2", ("DescribeNatGateways",)),
    "aws_route_table": ("ec2", ("DescribeRouteTables",)),
    "aws_s3_bucket": ("s3", ("GetBucketTagging",)),
    "aws_secretsmanager_secret": ("secretsmanager", ("DescribeSecret", "ListSecrets")),
    "aws_security_group": ("ec2", ("DescribeSecurityGroups",)),
    "aws_sfn_state_machine": ("stepfunctions", ("ListTagsForResource",)),
    "aws_sns_topic": ("sns", ("ListTagsForResource",)),
    "aws_subnet": ("ec2", ("DescribeSubnets",)),
    "aws_vpc": ("ec2", ("DescribeVpcs",)),
    "aws_vpc_endpoint": ("ec2", ("DescribeVpcEndpoints",)),
    "aws_vpc_security_group_egress_rule": ("ec2", ("DescribeSecurityGroupRules",)),
    "aws_vpc_security_group_ingress_rule": ("ec2", ("DescribeSecurityGroupRules",)),
}


def hide_tags(world: World, kind: str) -> None:
    """Refuse every question whose answer would have the tags of this type."""
    service, operations = _TELLS[kind]

    def judged(call: Call) -> str:
        asks = call.service == service and (call.operation in operations or "TAGS" in call.params.get("include", ()))
        listing = call.operation in ("GetResources", "DescribeTags") and call.service in (
            "resourcegroupstaggingapi",
            "ec2",
        )
        return "AccessDeniedException" if asks or listing else ""

    world.refused.append(judged)
