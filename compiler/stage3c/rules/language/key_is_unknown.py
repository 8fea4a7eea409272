"""Unknown key."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC101",
    title="Unknown key",
    what="The spec language has no such key at this place.",
    why="If a misspelt key were ignored, its setting would silently keep the default.",
    fix="Write the key that the finding suggests, or remove it.",
    source="The design of this language.",
    bad="services: {web: {prot: 3000}}",
)
