"""Required key is missing."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC102",
    title="Required key is missing",
    what="A key without which its mapping means nothing is not there.",
    why="There is no default that would be right for everybody, so none is guessed.",
    fix="Add the key that is named.",
    source="The design of this language.",
    bad="services: {web: {cpu: null}}",
)
