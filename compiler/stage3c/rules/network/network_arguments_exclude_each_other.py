"""Network arguments exclude or require each other."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "network"."""
    return combined(graph, "network")


RULE = Rule(
    id="NET230",
    scope="terraform",
    title="Network arguments exclude or require each other",
    what="A route, NAT gateway or VPC endpoint has arguments that EC2 does not accept together.",
    why="AWS rejects the resource at apply, after Terraform has created others.",
    fix="Remove or set the argument that the finding names.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_vpc_endpoint" "s3" {
  vpc_id             = aws_vpc.main.id
  service_name       = "com.amazonaws.eu-west-1.s3"
  route_table_ids    = [aws_route_table.private.id]
  security_group_ids = [aws_security_group.web.id]
}
""",
    check_graph=check,
)
