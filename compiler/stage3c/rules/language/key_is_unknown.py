"""Key is unknown."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC101",
    title="Key is unknown",
    what="A key that the language does not have at this place.",
    why="A misspelt key that is passed over would leave its setting at the default.",
    fix="Write the nearest key that is shown, or remove it.",
    source="The design of this language.",
    bad="services: {web: {prot: 3000}}",
)
