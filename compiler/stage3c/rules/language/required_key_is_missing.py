"""Required key is missing."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC102",
    title="Required key is missing",
    what="A required key is missing.",
    why="There is no default that is right for everyone.",
    fix="Add the key that the finding shows.",
    source="The design of this language.",
    bad="services: {web: {cpu: null}}",
)
