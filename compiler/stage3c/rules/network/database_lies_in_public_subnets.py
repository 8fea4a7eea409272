"""Database is in subnets with a route to the internet gateway."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, flag
from stage3c.reach.network import leads_to_the_internet
from stage3c.reach.topology import places_of_database, topology
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look where the subnets of private instances lead; a public one is the subject of other rules."""
    known = topology(graph)
    for database in graph.of_type("aws_db_instance"):
        if flag(database.attributes.get("publicly_accessible"), default=False) is not False:
            continue
        subnets = [place.subnet for place in places_of_database(known, database) if place.subnet]
        public = [subnet.key for subnet in subnets if leads_to_the_internet(subnet)]
        if public:
            cause = f"is in {public[0]}, which has a route to an internet gateway"
            yield at(database, cause, "use a subnet group of private subnets")


RULE = Rule(
    id="NET262",
    scope="terraform",
    title="Database is in subnets with a route to the internet gateway",
    what="The subnet group of a private database has public subnets.",
    why="One changed argument, publicly_accessible, then gives the database a public address.",
    fix="Use subnets without a route to the internet gateway in `aws_db_subnet_group`.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/rds-instance-subnet-igw-check.html (2026-11-28)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_db_subnet_group" "main" {
  name       = "shop"
  subnet_ids = [aws_subnet.public_a.id, aws_subnet.public_b.id]
}
""",
    check_graph=check,
)
