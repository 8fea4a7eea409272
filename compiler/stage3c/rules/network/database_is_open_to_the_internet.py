"""A database that anybody may knock at."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, flag
from stage3c.reach.network import ANYWHERE, open_to_anywhere
from stage3c.reach.proofs import places
from stage3c.rules.rule import Rule, found_at
from stage3c.views.databases import databases


def check(graph: Graph) -> Iterator[Finding]:
    """Look for a public address, or a permit for everybody."""
    for database in databases(graph):
        wide = open_to_anywhere(places(graph, database))
        public = flag(database.attributes.get("publicly_accessible"), default=False)
        if public or wide:
            why = "has a public address" if public else f"is open to {ANYWHERE} by {wide}"
            fix = "set publicly_accessible = false, and admit security groups instead of addresses."
            yield found_at(database, f"{database.address} {why}.", fix)


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
