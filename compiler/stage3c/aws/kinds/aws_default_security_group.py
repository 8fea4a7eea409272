"""The default security group of a VPC: AWS makes and deletes it with the VPC; Terraform only empties it."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    filters = ec2.where(vpc_id=known["vpc_id"], group_name="default")
    found = aws.all("ec2.describe_security_groups", "SecurityGroups", Filters=filters)
    return ec2.attached(found, "GroupId")


KIND = Kind(
    type="aws_default_security_group",
    replaced_by=("vpc_id",),
    find=_find,
    arn="arn:{partition}:ec2:{region}:{account}:security-group/{*}",
    settings={"vpc_id": ""},
    untagged="part of a VPC",
)
