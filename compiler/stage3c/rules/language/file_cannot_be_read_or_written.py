"""File cannot be read."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC108",
    title="File cannot be read",
    what="A spec does not exist, is a folder or cannot be opened, or its name cannot be used for an output folder.",
    why="Nothing can be checked.",
    fix="Check the path and permissions; use a file name such as `shop.yaml`.",
    source="The design of this language.",
    bad="project: shop",
)
