"""Service cannot reach its database."""

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
    what=(
        "A service has the address or secret of a database, but a route, security group or network ACL blocks"
        " its connections."
    ),
    why="Every query times out, although tasks and database look healthy.",
    fix=(
        "Allow the service as ingress at the database and the database as egress at the service, or in both "
        "directions of the ACL."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="# without aws_vpc_security_group_ingress_rule.database\n",
    check_graph=check,
)
