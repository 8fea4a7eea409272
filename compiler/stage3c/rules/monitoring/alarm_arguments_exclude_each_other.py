"""Alarm or topic arguments exclude each other."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "monitoring"."""
    return combined(graph, "monitoring")


RULE = Rule(
    id="MON230",
    scope="terraform",
    title="Alarm or topic arguments exclude each other",
    what="An alarm, topic or subscription has arguments that CloudWatch or SNS does not accept together.",
    why="AWS rejects the resource at apply, after Terraform has created others.",
    fix="Remove or set the argument that the finding names.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "https"
  endpoint  = "ops@example.com"
}
""",
    check_graph=check,
)
