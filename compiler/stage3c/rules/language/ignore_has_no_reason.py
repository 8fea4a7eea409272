"""Inline ignore has no reason."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD116",
    title="Inline ignore has no reason",
    severity=Severity.WARNING,
    scope="terraform",
    what="A comment `stage3c:ignore` in Terraform lacks the id of a rule, or a reason.",
    why="Without a reason, no one can tell later whether the finding is still acceptable, so the comment ignores nothing.",
    fix="Write the rule and the reason: `# stage3c:ignore NET204 image comes from inside the VPC`.",
    source="The design of this tool.",
)
