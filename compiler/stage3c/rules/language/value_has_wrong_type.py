"""Value has the wrong type."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC103",
    title="Value has the wrong type",
    what="A value is text instead of a number, a list instead of a mapping, and so on.",
    why="Converting values would hide mistakes: `16.10` would become 16.1.",
    fix="Write the value as the finding shows; text that looks like a number needs quotes.",
    source="The design of this language.",
    bad='services: {web: {port: "3000"}}',
)
