"""Database allows more than the services that use it."""

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
                    f"{permit.component} allows inbound traffic from {permit.peer} "
                    f"to {database.address}, not only from its services."
                )
                fix = f"replace {permit.peer} with referenced_security_group_id of the services that use it."
                yield found_at(graph.resources.get(permit.component, database), cause, fix)


RULE = Rule(
    id="NET205",
    scope="graph",
    title="Database allows more than the services that use it",
    what=(
        "The security group of a database allows inbound traffic from IP ranges or groups that no service "
        "with that database has."
    ),
    why="Anything in that network can connect to the database, although nothing in the stack needs it.",
    fix="Allow the security groups of the services that use the database, with `referenced_security_group_id`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id = aws_security_group.database.id
  cidr_ipv4         = "10.0.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}
""",
    check_graph=check,
)
