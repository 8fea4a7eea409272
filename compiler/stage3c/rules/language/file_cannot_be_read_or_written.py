"""File cannot be read or written."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC108",
    title="File cannot be read or written",
    what="A spec cannot be opened, or the output cannot be written.",
    why="Nothing can be compiled, or what was compiled would be lost; nothing is written halfway.",
    fix="Check the path and its permissions.",
    source="The design of this language.",
    bad="project: shop",
)
