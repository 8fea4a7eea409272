"""The default security group of a VPC: AWS makes and deletes it with the VPC; Terraform empties it and sets its tags."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Tags, tags_of


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    filters = ec2.where(vpc_id=known["vpc_id"], group_name="default")
    found = aws.all("ec2.describe_security_groups", "SecurityGroups", Filters=filters)
    return ec2.attached(found, "GroupId")


def _tags(aws: Aws, identity: str) -> Tags:
    found = aws.all("ec2.describe_security_groups", "SecurityGroups", GroupIds=[identity])
    return {name: value for each in found for name, value in tags_of(each.get("Tags")).items()}


KIND = Kind(
    type="aws_default_security_group",
    replaced_by=("vpc_id",),
    find=_find,
    arn="arn:{partition}:ec2:{region}:{account}:security-group/{*}",
    settings={"vpc_id": ""},
    untagged="part of a VPC",
    tags_of_part=_tags,
)
