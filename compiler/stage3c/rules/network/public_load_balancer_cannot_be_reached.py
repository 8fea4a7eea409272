"""Public load balancer is not reachable from the internet."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.flow_facts import blocked
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Prove the flows of this kind."""
    return blocked(graph, "client")


RULE = Rule(
    id="NET201",
    scope="graph",
    title="Public load balancer is not reachable from the internet",
    what="A load balancer is internet-facing, but clients cannot reach one of its listeners.",
    why="The site is down: browsers wait until they time out.",
    fix=(
        "Add a route from its subnets to an internet gateway, and allow the port of each listener in its "
        "security group."
    ),
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="""\
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
}
""",
    check_graph=check,
)
