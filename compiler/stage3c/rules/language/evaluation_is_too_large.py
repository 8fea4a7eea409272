"""A configuration that is too large to follow."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD105",
    scope="terraform",
    title="There are too many instances or the evaluation is too large",
    what="A count, a for_each or an expression goes beyond what is followed.",
    why="What is not followed is unknown, and not judged.",
    fix="Audit the plan instead: terraform show -json.",
    source="our own bounds: 1,000 instances a block, 400,000 steps",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_eip" "many" {
  count = 1000000000
}
""",
)
