"""Value is not valid."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC105",
    title="Value is not valid",
    what="A value has the right type but not the right form, length or range.",
    why="AWS would reject it at apply, after other resources were created.",
    fix="Write a value as the finding shows, such as `project: shop-1`.",
    source="The design of this language.",
    bad="project: Shop_1",
    good="project: shop-1",
)
