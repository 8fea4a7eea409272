"""Spec is nested too deeply."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC006",
    title="Spec is nested too deeply",
    what="Lists or mappings stand in one another more than 64 levels deep.",
    why="No key of the language is deeper than ten levels, so the file is broken or hostile.",
    fix="Flatten it, or look for an indentation that never ends.",
    source="The design of this language.",
    bad="project: " + "[" * 70 + "]" * 70,
)
