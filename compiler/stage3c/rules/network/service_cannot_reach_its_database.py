"""A service whose packets do not get to its database."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.flow_facts import blocked
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Prove the flows of this kind."""
    return blocked(graph, "database", "file system")


RULE = Rule(
    id="NET102",
    scope="graph",
    title="Service cannot reach its database",
    what="A service is given the address or the secret of a database, and a route, a firewall or an ACL stops its packets.",
    why="Every query times out, while the tasks and the database look healthy on their own.",
    fix="Admit the service where the finding says: ingress at the database, egress at the service, or an ACL entry each way.",
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="# without aws_vpc_security_group_ingress_rule.database\n",
    check_graph=check,
)
