"""The VPC, its subnets, gateways, route tables and routes; one explicit association for each subnet."""

from collections.abc import Iterator

from stage3c.diagnostics import Path
from stage3c.graph import Origin, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import name_tag, zone_letter

VPC = Ref("aws_vpc.main")


def network(stack: Stack) -> Iterator[Resource]:
    """The whole network of a stack."""
    yield Resource(
        "aws_vpc",
        "main",
        {
            "cidr_block": stack.network.cidr,
            "enable_dns_support": True,
            "enable_dns_hostnames": True,
            "tags": name_tag(stack),
        },
        Origin(("network", "cidr")),
    )
    # The default group of a VPC allows everything between its members; without rules here, Terraform removes them,
    # https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2 (2026-11-28).
    yield Resource("aws_default_security_group", "main", {"vpc_id": VPC}, Origin(("network",)))
    if "internet_gateway" in _default_routes(stack) or _nat_zones(stack):
        attributes: dict[str, Value] = {"vpc_id": VPC, "tags": name_tag(stack)}
        yield Resource("aws_internet_gateway", "main", attributes, Origin(("network", "route_tables")))
    yield from _nat_gateways(stack)
    for table in stack.network.route_tables:
        yield from _route_tables(stack, table)
    for tier in stack.network.subnets:
        yield from _subnets(stack, tier)


def public_tier(stack: Stack) -> str | None:
    """The tier that holds the NAT gateways: the one named, or the only one that is routed to the internet gateway."""
    if stack.network.nat_subnets:
        return stack.network.nat_subnets
    public = [name for name in stack.network.subnets if default_route(stack, name) == "internet_gateway"]
    return public[0] if len(public) == 1 else None


def default_route(stack: Stack, tier: str) -> str:
    """Where a tier's packets to the internet go."""
    return stack.network.route_tables[stack.network.subnets[tier].route_table].default_route


def table_name(stack: Stack, table: str, zone: str) -> str:
    """The route table of a kind that serves a zone: one for all zones, or one for each where each has a NAT gateway."""
    per_zone = stack.network.nat == "per_zone" and stack.network.route_tables[table].default_route == "nat_gateway"
    return f"{table}_{zone_letter(stack, zone)}" if per_zone else table


def _default_routes(stack: Stack) -> set[str]:
    return {table.default_route for table in stack.network.route_tables.values()}


def _nat_zones(stack: Stack) -> list[str]:
    if stack.network.nat == "none" or "nat_gateway" not in _default_routes(stack):
        return []
    return stack.network.zones[:1] if stack.network.nat == "single" else stack.network.zones


def _nat_gateways(stack: Stack) -> Iterator[Resource]:
    origin = Origin(("network", "nat"))
    for zone in _nat_zones(stack):
        letter, tier = zone_letter(stack, zone), public_tier(stack)
        assert tier is not None
        address: dict[str, Value] = {"domain": "vpc", "tags": name_tag(stack, "nat", letter)}
        needs_gateway = ("aws_internet_gateway.main",)
        yield Resource("aws_eip", f"nat_{letter}", address, origin, depends_on=needs_gateway)
        gateway: dict[str, Value] = {
            "allocation_id": Ref(f"aws_eip.nat_{letter}"),
            "subnet_id": Ref(f"aws_subnet.{tier}_{letter}"),
            "tags": name_tag(stack, letter),
        }
        yield Resource("aws_nat_gateway", letter, gateway, origin, depends_on=needs_gateway)


def way_of_nat(stack: Stack) -> list[str]:
    """The addresses of the routes and associations by which NAT gateways reach the internet."""
    tier, zones = public_tier(stack), _nat_zones(stack)
    if tier is None or not zones:
        return []
    tables = {table_name(stack, stack.network.subnets[tier].route_table, zone) for zone in zones}
    associations = [f"aws_route_table_association.{tier}_{zone_letter(stack, zone)}" for zone in zones]
    return [*(f"aws_route.{table}_default" for table in sorted(tables)), *associations]


def _route_tables(stack: Stack, table: str) -> Iterator[Resource]:
    path: Path = ("network", "route_tables", table)
    zones = {table_name(stack, table, zone): zone for zone in reversed(stack.network.zones)}
    for name, zone in sorted(zones.items()):
        attributes: dict[str, Value] = {"vpc_id": VPC, "tags": name_tag(stack, *name.split("_"))}
        yield Resource("aws_route_table", name, attributes, Origin(path))
        target = _target(stack, table, zone)
        if target:
            route: dict[str, Value] = {
                "route_table_id": Ref(f"aws_route_table.{name}"),
                "destination_cidr_block": "0.0.0.0/0",
                **target,
            }
            yield Resource("aws_route", f"{name}_default", route, Origin((*path, "default_route")))


def _target(stack: Stack, table: str, zone: str) -> dict[str, Value]:
    match stack.network.route_tables[table].default_route:
        case "internet_gateway":
            return {"gateway_id": Ref("aws_internet_gateway.main")}
        case "nat_gateway":
            home = zone if stack.network.nat == "per_zone" else stack.network.zones[0]
            return {"nat_gateway_id": Ref(f"aws_nat_gateway.{zone_letter(stack, home)}")}
        case _:
            return {}


def _subnets(stack: Stack, tier: str) -> Iterator[Resource]:
    described = stack.network.subnets[tier]
    for position, (cidr, zone) in enumerate(zip(described.cidrs, stack.network.zones, strict=False)):
        letter = zone_letter(stack, zone)
        subnet: dict[str, Value] = {
            "vpc_id": VPC,
            "cidr_block": cidr,
            "availability_zone": zone,
            "map_public_ip_on_launch": False,
            "tags": name_tag(stack, tier, letter),
        }
        yield Resource(
            "aws_subnet", f"{tier}_{letter}", subnet, Origin(("network", "subnets", tier, "cidrs", position))
        )
        association: dict[str, Value] = {
            "subnet_id": Ref(f"aws_subnet.{tier}_{letter}"),
            "route_table_id": Ref(f"aws_route_table.{table_name(stack, described.route_table, zone)}"),
        }
        origin = Origin(("network", "subnets", tier, "route_table"))
        yield Resource("aws_route_table_association", f"{tier}_{letter}", association, origin)
