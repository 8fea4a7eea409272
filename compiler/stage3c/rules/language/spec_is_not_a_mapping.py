"""Spec is not a mapping."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC004",
    title="Spec is not a mapping",
    what="The document is empty, a list or a single value.",
    why="A spec is keys and values; anything else has no place for a network or a service.",
    fix="Write keys at the left margin, such as `stage3c: 1` and `project: shop`.",
    source="The design of this language.",
    bad="""\
- stage3c: 1
- project: shop
""",
)
