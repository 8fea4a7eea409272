"""A database that anybody may knock at."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, flag
from stage3c.reach.network import ANYWHERE
from stage3c.reach.proofs import databases, known_topology, places
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look for a public address, or a permit for everybody."""
    known = known_topology(graph)
    for database in databases(graph):
        if database.type.startswith("aws_elasticache_"):
            continue  # its nodes never have a public address
        permits = (p for place in places(known, database) for group in place.groups if group for p in group.ingress)
        wide = next((permit.component for permit in permits if permit.peer == ANYWHERE), None)
        public = flag(database.attributes.get("publicly_accessible"), default=False)
        if public or wide:
            why = "has a public address" if public else f"is open to {ANYWHERE} by {wide}"
            origin = database.origin
            fix = "set publicly_accessible = false, and admit security groups instead of addresses."
            yield Finding(f"{database.address} {why}.", fix, origin.path, origin.span)


RULE = Rule(
    id="NET206",
    title="Database is open to the internet",
    what="A database has a public address, or its security group admits the whole internet.",
    why="Bots find it within minutes, and try passwords for ever.",
    fix="Set publicly_accessible to false, and admit the security groups of the services that use it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2 (2026-11-24)",
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_db_instance" "main" {
  engine              = "postgres"
  publicly_accessible = true
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

resource "aws_db_instance" "main" {
  engine = "postgres"
}
""",
    check_graph=check,
)
