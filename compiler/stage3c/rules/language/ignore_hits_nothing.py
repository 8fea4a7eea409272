"""An ignore that silences nothing."""

from stage3c.diagnostics import Severity
from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC109",
    title="Ignore hits nothing",
    severity=Severity.WARNING,
    what="An entry of `ignore` names a rule and a path at which that rule has found nothing.",
    why="An exception that outlives its cause would silently cover the next mistake at the same place.",
    fix="Remove the entry, or correct its `rule` or `path`.",
    source="The design of this language.",
    bad="ignore: [{rule: NET102, path: network, reason: none}]",
)
