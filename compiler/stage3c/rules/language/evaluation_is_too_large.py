"""Configuration is too large to evaluate."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD105",
    scope="terraform",
    title="Configuration is too large to evaluate",
    what="A count, an expression or the number of modules exceeds what is evaluated.",
    why="Without a limit a few lines could use all memory and time.",
    fix="Audit the plan instead, where everything is resolved: `terraform show -json plan > plan.json`.",
    source="our own bounds: 1,000 instances a block, 400,000 steps",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_eip" "many" {
  count = 1000000000
}
""",
)
