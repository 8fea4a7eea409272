"""Ignore entry has no effect."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC109",
    title="Ignore entry has no effect",
    severity=Severity.WARNING,
    what="An entry of `ignore` has a rule and path without a finding.",
    why="An entry that is no longer needed would hide the next mistake at the same place.",
    fix="Remove the entry, or correct its `rule` or `path`.",
    source="The design of this language.",
    bad="ignore: [{rule: NET102, path: network, reason: none}]",
)
