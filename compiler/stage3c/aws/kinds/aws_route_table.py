"""A route table: found by its Name tag in its VPC."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    filters = ec2.where(vpc_id=known["vpc_id"])
    return ec2.named(known, aws.all("ec2.describe_route_tables", "RouteTables", Filters=filters), "RouteTableId")


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    for each in thing.told["Associations"]:
        if each.get("Main"):
            yield Use(thing.told["VpcId"], f"VPC {thing.told['VpcId']}, as its main route table")
        else:
            user = each.get("SubnetId") or each.get("GatewayId") or ""
            yield Use(user, f"subnet {user}")
    filters = ec2.where(vpc_id=thing.told["VpcId"])
    for each in aws.all("ec2.describe_vpc_endpoints", "VpcEndpoints", Filters=filters):
        if thing.identity in each.get("RouteTableIds", []) and ec2.is_alive(each):
            yield Use(each["VpcEndpointId"], f"endpoint {each['VpcEndpointId']}")


def _prepare(_aws: Aws, thing: Thing) -> Iterator[str]:
    for each in thing.told["Associations"]:
        if not each.get("Main"):
            yield f"ec2 disassociate-route-table --association-id {each['RouteTableAssociationId']}"


KIND = Kind(
    type="aws_route_table",
    replaced_by=("vpc_id",),
    find=_find,
    look=ec2.described("describe_route_tables", "RouteTables", "RouteTableIds", "InvalidRouteTableID.NotFound"),
    tags=described_tags,
    of_arn=ec2.arn("route-table"),
    arn="arn:{partition}:ec2:{region}:{account}:route-table/{*}",
    settings={"vpc_id": "VpcId"},
    removal=Removal(
        ("ec2 delete-route-table --route-table-id {id}",),
        uses=_uses,
        prepare=_prepare,
        after=("aws_nat_gateway", "aws_vpc_endpoint", "aws_subnet"),
    ),
)
