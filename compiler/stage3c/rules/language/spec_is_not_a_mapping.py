"""Spec is empty or not a mapping."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC004",
    title="Spec is empty or not a mapping",
    what="The file is empty, or the document is a list or a single value.",
    why="A spec consists of keys and values.",
    fix="Write keys without indentation, such as `stage3c: 1` and `project: shop`.",
    source="The design of this language.",
    bad="""\
- stage3c: 1
- project: shop
""",
)
