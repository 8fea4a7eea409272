"""Value is not one of those allowed."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC104",
    title="Value is not one of those allowed",
    what="A word that is not among the few that the key takes.",
    why="Only these have a meaning, and AWS would refuse any other or take it for something else.",
    fix="Write one of the allowed words.",
    source="The design of this language.",
    bad="databases: {orders: {engine: postgresql}}",
    good="databases: {orders: {engine: postgres}}",
)
