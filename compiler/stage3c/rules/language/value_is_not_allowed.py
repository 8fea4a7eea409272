"""Value is not allowed."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC104",
    title="Value is not allowed",
    what="A value is not one of those that the key allows.",
    why="Another value has no meaning, or AWS would reject it.",
    fix="Write one of the allowed values, such as `engine: postgres`.",
    source="The design of this language.",
    bad="databases: {orders: {engine: postgresql}}",
    good="databases: {orders: {engine: postgres}}",
)
