"""Value is malformed."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC105",
    title="Value is malformed",
    what="A value has the right type and not the right form, length or range.",
    why="AWS would refuse it at apply time, after half of the stack was made.",
    fix="Correct the value as the message says.",
    source="The design of this language.",
    bad="project: Shop_1",
    good="project: shop-1",
)
