"""A NAT gateway: the one with the Name tag in its subnet."""

from collections.abc import Iterator

from stage3c.aws.kinds import ec2
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Quota, Removal, Thing, Use, described_tags


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    filters = {"Filter": ec2.where(subnet_id=known["subnet_id"])}
    told = aws.all("ec2.describe_nat_gateways", "NatGateways", **filters)
    return ec2.named(known, (each for each in told if ec2.is_alive(each)), "NatGatewayId")


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    filters = ec2.where(route__nat_gateway_id=thing.identity)
    for table in aws.all("ec2.describe_route_tables", "RouteTables", Filters=filters):
        yield Use(table["RouteTableId"], f"a route of {table['RouteTableId']}")


def _goes_with(thing: Thing) -> Iterator[str]:
    for each in thing.told.get("NatGatewayAddresses", []):
        yield str(each.get("NetworkInterfaceId") or "")


KIND = Kind(
    type="aws_nat_gateway",
    replaced_by=("allocation_id", "subnet_id"),
    interrupts="outbound connections break until the new one is ready",
    find=_find,
    look=ec2.described("describe_nat_gateways", "NatGateways", "NatGatewayIds", "NatGatewayNotFound"),
    tags=described_tags,
    of_arn=ec2.arn("natgateway"),
    arn="arn:{partition}:ec2:{region}:{account}:natgateway/{*}",
    settings={"subnet_id": "SubnetId", "allocation_id": ""},
    quota=Quota("NAT gateways in one zone", "vpc", "L-FE5A380F", 5),
    removal=Removal(
        (
            "ec2 delete-nat-gateway --nat-gateway-id {id}",
            "ec2 wait nat-gateway-deleted --nat-gateway-ids {id}",
        ),
        uses=_uses,
        goes_with=_goes_with,
    ),
)
