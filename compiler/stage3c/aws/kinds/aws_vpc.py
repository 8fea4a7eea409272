"""A VPC: found by its Name tag, or likely where an untagged one has the same range."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Quota, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> list[Match]:
    everything = [vpc for vpc in aws.all("ec2.describe_vpcs", "Vpcs") if not vpc.get("IsDefault")]
    named = list(ec2.named(known, everything, "VpcId"))
    alike = [vpc for vpc in everything if vpc["CidrBlock"] == known["cidr_block"] and not vpc.get("Tags")]
    return named or [Match(vpc["VpcId"], by="shape", certain=False) for vpc in alike]


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    inside = {"vpc_id": thing.identity}
    yield from ec2.interfaces(aws, **inside)
    yield from ec2.members(aws, "describe_subnets", "Subnets", "SubnetId", "subnet", **inside)
    yield from ec2.members(aws, "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", "endpoint", **inside)
    for table in aws.all("ec2.describe_route_tables", "RouteTables", Filters=ec2.where(**inside)):
        if not any(each.get("Main") for each in table["Associations"]):
            yield Use(table["RouteTableId"], f"route table {table['RouteTableId']}")
    for group in aws.all("ec2.describe_security_groups", "SecurityGroups", Filters=ec2.where(**inside)):
        if group["GroupName"] != "default":
            yield Use(group["GroupId"], f"security group {group['GroupId']}")
    gateways = ec2.where(attachment__vpc_id=thing.identity)
    for gateway in aws.all("ec2.describe_internet_gateways", "InternetGateways", Filters=gateways):
        yield Use(gateway["InternetGatewayId"], f"internet gateway {gateway['InternetGatewayId']}")
    for side in ("requester", "accepter"):
        peers = ec2.where(**{f"{side}_vpc_info__vpc_id": thing.identity})
        for each in aws.all("ec2.describe_vpc_peering_connections", "VpcPeeringConnections", Filters=peers):
            if each["Status"]["Code"] not in ("deleted", "rejected", "failed", "expired"):
                yield Use("", f"peering connection {each['VpcPeeringConnectionId']}")
    yield from _database_groups(aws, thing)


def _database_groups(aws: Aws, thing: Thing) -> Iterator[Use]:
    for group in aws.all("rds.describe_db_subnet_groups", "DBSubnetGroups"):
        if group.get("VpcId") == thing.identity:
            yield Use(group["DBSubnetGroupName"], f"DB subnet group {group['DBSubnetGroupName']}")


KIND = Kind(
    type="aws_vpc",
    replaced_by=("cidr_block",),
    find=_find,
    look=ec2.described("describe_vpcs", "Vpcs", "VpcIds", "InvalidVpcID.NotFound"),
    tags=described_tags,
    of_arn=ec2.arn("vpc"),
    arn="arn:{partition}:ec2:{region}:{account}:vpc/{*}",
    settings={"cidr_block": "CidrBlock"},
    quota=Quota("VPCs", "vpc", "L-F678F1CE", 5),
    removal=Removal(
        ("ec2 delete-vpc --vpc-id {id}",),
        uses=_uses,
        after=(
            "aws_db_subnet_group",
            "aws_flow_log",
            "aws_internet_gateway",
            "aws_route_table",
            "aws_security_group",
            "aws_subnet",
            "aws_vpc_endpoint",
        ),
    ),
)
