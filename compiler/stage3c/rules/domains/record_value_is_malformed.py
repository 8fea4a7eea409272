"""DNS record is not valid."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "domains"."""
    return combined(graph, "domains")


RULE = Rule(
    id="TLS230",
    scope="terraform",
    title="DNS record is not valid",
    what="A record has a value that its type does not have, or arguments that Route 53 does not accept together.",
    why="Route 53 rejects the change with InvalidChangeBatch.",
    fix="Write the value that the finding names.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_route53_record" "docs" {
  zone_id = aws_route53_zone.main.zone_id
  name    = "docs.example.com"
  type    = "A"
  ttl     = 300
  records = ["docs.example.net"]
}
""",
    check_graph=check,
)
