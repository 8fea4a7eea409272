"""A subnet that was left to the main route table."""

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
            cause = f"{subnet.key} is associated with no route table and falls back to the main one of {subnet.vpc}."
            fix = f"add an aws_route_table_association for {subnet.key}."
            yield found_at(graph.resources[subnet.key], cause, fix)


RULE = Rule(
    id="NET208",
    scope="terraform",
    title="Subnet has no route table of its own",
    what="A subnet is associated with no route table, while others of its VPC are, so it falls back to the main one.",
    why="The main table has no way out unless somebody gave it one: this is how tasks lose their NAT gateway without a word.",
    fix="Associate every subnet with a route table, or give the VPC a main route table on purpose.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.private.id
}
""",
    good_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.private.id
}
""",
    check_graph=check,
)
