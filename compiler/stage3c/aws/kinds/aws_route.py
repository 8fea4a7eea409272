"""A route: the one of its destination in its route table."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    wanted = known.get("destination_cidr_block") or known.get("destination_ipv6_cidr_block")
    table = aws.ask("ec2.describe_route_tables", RouteTableIds=[known["route_table_id"]])["RouteTables"][0]
    for route in table["Routes"]:
        if wanted and wanted in (route.get("DestinationCidrBlock"), route.get("DestinationIpv6CidrBlock")):
            yield Match(f"{known['route_table_id']}_{wanted}", by="attachment")


KIND = Kind(
    type="aws_route",
    replaced_by=("destination_cidr_block", "route_table_id"),
    interrupts="its packets have no route in between",
    find=_find,
    missing=("InvalidRouteTableID.NotFound",),
    settings={"route_table_id": "", "destination_cidr_block": ""},
    untagged="part of a route table",
    judged_on="arn:{partition}:ec2:{region}:{account}:route-table/{*}",
)
