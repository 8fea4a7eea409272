"""Whether the subnets of a task have a way to AWS: a NAT or internet gateway by their route tables, or interface endpoints.

Security groups and network ACLs are not asked: the proofs of `reach` judge those.
"""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends


def lead_to_aws(account: str, region: str, where: Mapping[str, Any]) -> bool:
    """Tell whether every subnet of an `awsvpcConfiguration` has a way."""
    ec2 = ec2_backends[account][region]
    return all(_leads(ec2, subnet, where.get("assignPublicIp") == "ENABLED") for subnet in where.get("subnets", ()))


def _leads(ec2: Any, subnet: str, is_public: bool) -> bool:  # noqa: FBT001 - one caller
    vpc = next((zone[subnet].vpc_id for zone in ec2.subnets.values() if subnet in zone), "")
    endpoints = (each for each in ec2.vpc_end_points.values() if each.vpc_id == vpc)
    if any(each.vpc_endpoint_type == "Interface" and each.service_name.endswith(".ecr.api") for each in endpoints):
        return True
    tables = [each for each in ec2.route_tables.values() if each.vpc_id == vpc]
    own = [each for each in tables if subnet in each._associations.values()]
    routes = (route for table in own or [each for each in tables if each.main_association_id] for route in table.routes)
    return any(_is_way(ec2, route, is_public) for route in routes if route.destination_cidr_block == "0.0.0.0/0")


def _is_way(ec2: Any, route: Any, is_public: bool) -> bool:  # noqa: FBT001 - likewise
    """A NAT gateway that exists, an internet gateway for a task with an address of its own, or something further away."""
    if route.nat_gateway is not None:
        return route.nat_gateway.id in ec2.nat_gateways and route.nat_gateway.state == "available"
    if route.gateway is not None and route.gateway.id.startswith("igw-"):
        return is_public
    return bool(route.instance or route.interface or route.transit_gateway or route.vpc_pcx)
