"""Setting falls short of what is recommended."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the settings under "advised"."""
    return combined(graph, "advised", "recommendations")


RULE = Rule(
    id="LIM251",
    scope="terraform",
    severity=Severity.NOTE,
    title="Setting falls short of what is recommended",
    what="A resource has no logs, no replica, no key of its own or lacks another setting that Security Hub recommends.",
    why="The stack works without it; whether it is needed depends on the data.",
    fix="Write what the finding names, or ignore it with a reason.",
    source="facts/recommendations.json",
    bad_terraform="""\
resource "aws_kms_key" "main" {
  enable_key_rotation     = true
  deletion_window_in_days = 7
}
""",
    good_terraform="""\
resource "aws_kms_key" "main" {
  enable_key_rotation     = true
  deletion_window_in_days = 30
}
""",
    check_graph=check,
)
