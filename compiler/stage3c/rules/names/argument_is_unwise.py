"""Argument is risky or has no effect."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "unwise"."""
    return combined(graph, "unwise")


RULE = Rule(
    id="LIM230",
    scope="terraform",
    severity=Severity.WARNING,
    title="Argument is risky or has no effect",
    what="An argument weakens a default of AWS, is about to be retired, or has no effect without another argument.",
    why="AWS accepts it, but the stack is less safe than it looks.",
    fix="Write what the finding names.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_ecr_repository" "web" {
  name                 = "shop/web"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration {
    scan_on_push = false
  }
}
""",
    check_graph=check,
)
