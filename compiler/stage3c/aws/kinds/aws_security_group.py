"""A security group: the one of its name in its VPC."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    filters = ec2.where(vpc_id=known["vpc_id"], group_name=known["name"])
    return ec2.attached(aws.all("ec2.describe_security_groups", "SecurityGroups", Filters=filters), "GroupId", "name")


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    yield from ec2.interfaces(aws, group_id=thing.identity)
    for rule in _rules_about(aws, thing):
        yield Use(rule["GroupId"], f"a rule of security group {rule['GroupId']}")
    for instance in aws.all("rds.describe_db_instances", "DBInstances"):
        groups = [each["VpcSecurityGroupId"] for each in instance.get("VpcSecurityGroups", [])]
        if thing.identity in groups:
            yield Use(instance["DBInstanceIdentifier"], f"database {instance['DBInstanceIdentifier']}")
    for balancer in aws.all("elbv2.describe_load_balancers", "LoadBalancers"):
        if thing.identity in balancer.get("SecurityGroups", []):
            yield Use(balancer["LoadBalancerArn"], f"load balancer {balancer['LoadBalancerName']}")


def _prepare(aws: Aws, thing: Thing) -> Iterator[str]:
    """Revoke the rules of other groups that refer to it; those groups are deleted with it, or it would be in use."""
    for rule in _rules_about(aws, thing):
        side = "egress" if rule["IsEgress"] else "ingress"
        which = f"--group-id {rule['GroupId']} --security-group-rule-ids {rule['SecurityGroupRuleId']}"
        yield f"ec2 revoke-security-group-{side} {which}"


def _rules_about(aws: Aws, thing: Thing) -> Iterator[Json]:
    for rule in aws.all("ec2.describe_security_group_rules", "SecurityGroupRules"):
        peer = (rule.get("ReferencedGroupInfo") or {}).get("GroupId")
        if peer == thing.identity and rule["GroupId"] != thing.identity:
            yield rule


_described = ec2.described("describe_security_groups", "SecurityGroups", "GroupIds", "InvalidGroup.NotFound")


def _look(aws: Aws, identity: str) -> Json:
    """The default group of a VPC is another type and cannot be deleted."""
    told = _described(aws, identity)
    return None if told and told["GroupName"] == "default" else told


KIND = Kind(
    type="aws_security_group",
    replaced_by=("description", "name", "vpc_id"),
    find=_find,
    look=_look,
    tags=described_tags,
    of_arn=ec2.arn("security-group"),
    arn="arn:{partition}:ec2:{region}:{account}:security-group/{*}",
    settings={"name": "GroupName", "description": "Description", "vpc_id": "VpcId"},
    removal=Removal(
        ("ec2 delete-security-group --group-id {id}",),
        uses=_uses,
        prepare=_prepare,
        after=("aws_db_instance", "aws_ecs_service", "aws_lb", "aws_vpc_endpoint"),
    ),
)
