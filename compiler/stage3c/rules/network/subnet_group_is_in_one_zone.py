"""Database subnet group is in one availability zone."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, items
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Judge the groups whose subnets are all in the stack, with zones that are known."""
    for group in graph.of_type("aws_db_subnet_group"):
        subnets = [graph.target(value) for value in items(group.attributes.get("subnet_ids"))]
        zones = {_zone(graph, subnet) for subnet in subnets}
        if len(zones) == 1 and (zone := zones.pop()):
            cause = f"is in one availability zone, {zone}; RDS requires two"
            yield at(group, cause, "add a subnet in another availability zone")


def _zone(graph: Graph, subnet: Resource | None) -> str | None:
    """The zone of a subnet; None where it is not known, and on an Outpost, where one zone is enough."""
    if subnet is None or subnet.mode != "resource" or subnet.attributes.get("outpost_arn") is not None:
        return None
    zone: Value = graph.resolved(
        subnet.attributes.get("availability_zone", subnet.attributes.get("availability_zone_id"))
    )
    return zone if isinstance(zone, str) else None


RULE = Rule(
    id="NET235",
    scope="terraform",
    title="Database subnet group is in one availability zone",
    what="All subnets of a database subnet group are in the same availability zone.",
    why="RDS rejects the group at apply: DBSubnetGroupDoesNotCoverEnoughAZs.",
    fix="Add a subnet in another availability zone.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html (2026-11-28)",
    bad_terraform="""\
resource "aws_db_subnet_group" "main" {
  name       = "shop"
  subnet_ids = [aws_subnet.private_a.id]
}
""",
    check_graph=check,
)
