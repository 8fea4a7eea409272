"""Inline ignore has no finding."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD117",
    title="Inline ignore has no finding",
    severity=Severity.WARNING,
    scope="terraform",
    what="A comment `stage3c:ignore` names a rule that reports nothing on its line or the next.",
    why="It would silence a finding that appears there later and that no one has looked at.",
    fix="Remove the comment, or move it to the line above the finding.",
    source="The design of this tool.",
)
