"""The association of a subnet with a route table."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    table = aws.ask("ec2.describe_route_tables", RouteTableIds=[known["route_table_id"]])["RouteTables"][0]
    for each in table["Associations"]:
        if each.get("SubnetId") == known["subnet_id"]:
            told = {"id": each["RouteTableAssociationId"]}
            yield Match(f"{known['subnet_id']}/{known['route_table_id']}", told, by="attachment")


KIND = Kind(
    type="aws_route_table_association",
    replaced_by=("subnet_id",),
    interrupts="its subnet uses the main route table in between",
    find=_find,
    missing=("InvalidRouteTableID.NotFound",),
    settings={"subnet_id": ""},
    untagged="part of a route table",
    judged_on="arn:{partition}:ec2:{region}:{account}:route-table/{*}",
)
