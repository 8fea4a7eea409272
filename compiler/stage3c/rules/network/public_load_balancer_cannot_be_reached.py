"""A public listener to which no client gets."""

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
    title="Public load balancer cannot be reached",
    what="A load balancer faces the internet, and a listener of it cannot be reached from there.",
    why="The site is down from its first minute: browsers wait until they time out.",
    fix="Route its subnets to an attached internet gateway, and admit clients at the port of each listener.",
    source="https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html (2026-11-24)",
    bad_terraform="""\
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
}
""",
    check_graph=check,
)
