"""Subnet has no route table association."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.proofs import known_topology
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """A main table that was adopted or chosen is one on purpose; the one that AWS makes by itself is not."""
    for subnet in known_topology(graph).subnets.values():
        table = subnet.table
        if table and table.is_main and table.key not in graph.resources and not table.routes:
            cause = (
                f"{subnet.key} is not associated with a route table, so it uses the main route table of {subnet.vpc}."
            )
            fix = f"add an aws_route_table_association with subnet_id = {subnet.key}.id."
            yield found_at(graph.resources[subnet.key], cause, fix)


RULE = Rule(
    id="NET208",
    scope="terraform",
    title="Subnet has no route table association",
    what=(
        "A subnet is not associated with a route table, while others of its VPC are, so it uses the main route table."
    ),
    why="The main route table has no internet route by default, so tasks silently lose their NAT gateway.",
    fix="Add an aws_route_table_association for every subnet.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="# without aws_route_table_association.private_b\n",
    check_graph=check,
)
