"""VPC has too many route tables."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import quota
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Count the tables as they are made, and the main table."""
    zones = len(stack.network.zones) if stack.network.nat == "per_zone" else 1
    routes = [table.default_route for table in stack.network.route_tables.values()]
    count, most = 1 + sum(zones if route == "nat_gateway" else 1 for route in routes), quota("vpc", "route_tables")
    if count > most:
        cause = (
            f"{len(routes)} route tables, per zone and with the main one, make {count}; the quota is {most} per VPC."
        )
        yield Finding(cause, "merge tables with the same default_route.", ("network", "route_tables"))


RULE = Rule(
    id="LIM102",
    title="VPC has too many route tables",
    what="The route tables, counted per zone with `nat: per_zone`, are more than 200 with the main one.",
    why="The default quota is 200 route tables per VPC.",
    fix="Merge route tables with the same `default_route`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
    bad="network: {route_tables: {" + ", ".join(f"t{n}: {{default_route: none}}" for n in range(200)) + "}}",
    check_spec=check,
)
