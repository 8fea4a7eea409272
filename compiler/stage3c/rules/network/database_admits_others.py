"""A database that whole networks may reach."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.reach.proofs import places
from stage3c.rules.rule import Rule, found_at
from stage3c.views.databases import databases


def check(graph: Graph) -> Iterator[Finding]:
    """Look at what the groups of each database admit: networks are too much, groups are somebody."""
    for database in databases(graph):
        groups = {group.key: group for place in places(graph, database) for group in place.groups if group}
        for group in groups.values():
            wide = [permit for permit in group.ingress if isinstance(permit.peer, IPv4Network)]
            for permit in wide:
                cause = (
                    f"{permit.component} admits {permit.peer} to {database.address}, whoever has an address in there."
                )
                fix = "admit the security groups of the services that use it instead of addresses."
                yield found_at(graph.resources.get(permit.component, database), cause, fix)


RULE = Rule(
    id="NET205",
    title="Database admits others than those who use it",
    what="The security group of a database admits addresses or groups that no service needing the database has.",
    why="Whoever gets into the network gets to the data, and nothing in the stack needs that.",
    fix="Admit the security groups of the services that use the database, and nothing else.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "database" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_db_instance" "main" {
  engine                 = "postgres"
  vpc_security_group_ids = [aws_security_group.database.id]
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

resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group" "database" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.web.id]
  }
}

resource "aws_db_instance" "main" {
  engine                 = "postgres"
  vpc_security_group_ids = [aws_security_group.database.id]
}
""",
    check_graph=check,
)
