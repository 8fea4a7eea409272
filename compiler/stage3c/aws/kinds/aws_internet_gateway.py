"""An internet gateway: the one attached to its VPC, or a free one with the Name tag, left by a run that died."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Quota, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> list[Match]:
    everything = list(aws.all("ec2.describe_internet_gateways", "InternetGateways"))
    ours = [each for each in everything if any(a["VpcId"] == known["vpc_id"] for a in each["Attachments"])]
    free = [each for each in everything if not each["Attachments"]]
    return list(ec2.attached(ours, "InternetGatewayId")) or list(ec2.named(known, free, "InternetGatewayId"))


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    yield from (Use(each["VpcId"], f"VPC {each['VpcId']}") for each in thing.told["Attachments"])
    filters = ec2.where(route__gateway_id=thing.identity)
    for table in aws.all("ec2.describe_route_tables", "RouteTables", Filters=filters):
        yield Use(table["RouteTableId"], f"a route of {table['RouteTableId']}")


def _prepare(_aws: Aws, thing: Thing) -> Iterator[str]:
    for each in thing.told["Attachments"]:
        yield f"ec2 detach-internet-gateway --internet-gateway-id {thing.identity} --vpc-id {each['VpcId']}"


KIND = Kind(
    type="aws_internet_gateway",
    find=_find,
    look=ec2.described(
        "describe_internet_gateways", "InternetGateways", "InternetGatewayIds", "InvalidInternetGatewayID.NotFound"
    ),
    tags=described_tags,
    of_arn=ec2.arn("internet-gateway"),
    arn="arn:{partition}:ec2:{region}:{account}:internet-gateway/{*}",
    quota=Quota("internet gateways", "vpc", "L-A4707A72", 5),
    removal=Removal(
        ("ec2 delete-internet-gateway --internet-gateway-id {id}",),
        uses=_uses,
        prepare=_prepare,
        after=("aws_eip", "aws_lb", "aws_nat_gateway", "aws_route_table"),
    ),
)
