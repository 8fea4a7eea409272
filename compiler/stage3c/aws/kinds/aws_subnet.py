"""A subnet: the one of its range in its VPC."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    filters = ec2.where(vpc_id=known["vpc_id"], cidr_block=known["cidr_block"])
    return ec2.attached(aws.all("ec2.describe_subnets", "Subnets", Filters=filters), "SubnetId")


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    yield from ec2.interfaces(aws, subnet_id=thing.identity)
    for group in aws.all("rds.describe_db_subnet_groups", "DBSubnetGroups"):
        if any(each.get("SubnetIdentifier") == thing.identity for each in group.get("Subnets", [])):
            yield Use(group["DBSubnetGroupName"], f"DB subnet group {group['DBSubnetGroupName']}")
    for balancer in aws.all("elbv2.describe_load_balancers", "LoadBalancers"):
        if any(each.get("SubnetId") == thing.identity for each in balancer.get("AvailabilityZones", [])):
            yield Use(balancer["LoadBalancerArn"], f"load balancer {balancer['LoadBalancerName']}")


KIND = Kind(
    type="aws_subnet",
    replaced_by=("availability_zone", "cidr_block", "vpc_id"),
    guarded="in use",
    find=_find,
    look=ec2.described("describe_subnets", "Subnets", "SubnetIds", "InvalidSubnetID.NotFound"),
    tags=described_tags,
    of_arn=ec2.arn("subnet"),
    arn="arn:{partition}:ec2:{region}:{account}:subnet/{*}",
    settings={"vpc_id": "VpcId", "cidr_block": "CidrBlock", "availability_zone": "AvailabilityZone"},
    removal=Removal(
        ("ec2 delete-subnet --subnet-id {id}",),
        uses=_uses,
        after=("aws_db_subnet_group", "aws_lb", "aws_nat_gateway", "aws_vpc_endpoint"),
    ),
)
