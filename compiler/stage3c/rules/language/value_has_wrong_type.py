"""Value has the wrong type."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC103",
    title="Value has the wrong type",
    what="A text stands where a number is expected, a list where a mapping is, and so on.",
    why="Guessing a conversion hides mistakes; `16.10` would become 16.1.",
    fix="Write the value in the type that is named; texts that look like numbers go in quotes.",
    source="The design of this language.",
    bad='services: {web: {port: "3000"}}',
)
