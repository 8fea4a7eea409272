"""Database is open to the internet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, flag
from stage3c.reach.network import ANYWHERE, open_to_anywhere
from stage3c.reach.proofs import places
from stage3c.rules.rule import Rule, found_at
from stage3c.views.databases import databases


def check(graph: Graph) -> Iterator[Finding]:
    """Look for a public address, or a permit for everybody."""
    for database in databases(graph):
        if database.type.startswith("aws_elasticache_"):
            continue  # its nodes never have a public address
        wide = open_to_anywhere(places(graph, database))
        public = flag(database.attributes.get("publicly_accessible"), default=False)
        if public or wide:
            why = "is publicly accessible" if public else f"allows inbound traffic from {ANYWHERE} by {wide}"
            fix = (
                "set publicly_accessible = false."
                if public
                else f"replace {ANYWHERE} with referenced_security_group_id in {wide}."
            )
            yield found_at(database, f"{database.address} {why}.", fix)


RULE = Rule(
    id="NET206",
    scope="graph",
    severity=Severity.WARNING,
    title="Database is open to the internet",
    what="A database is publicly accessible, or its security group allows the whole internet.",
    why="Bots find it within minutes and try passwords.",
    fix="Set `publicly_accessible = false`, and allow the security groups of the services that use it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2 (2026-11-24)",
    bad_terraform="""\
resource "aws_db_instance" "main" {
  engine                 = "postgres"
  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = true
}
""",
    check_graph=check,
)
