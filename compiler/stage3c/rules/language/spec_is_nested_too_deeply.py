"""Spec is nested too deeply."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC006",
    title="Spec is nested too deeply",
    what="Lists or mappings are nested more than 64 levels deep.",
    why="No key is deeper than ten levels, so the file is broken or hostile.",
    fix="Remove the extra brackets or indentation.",
    source="The design of this language.",
    bad="project: " + "[" * 70 + "]" * 70,
)
