"""Service needs exactly one image."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SVC101",
    title="Service needs exactly one image",
    what="A service has neither `build` nor `image`, or both.",
    why="It would be unclear what runs.",
    fix="Give it exactly one of the two.",
    source="The design of this language.",
    bad="""services: {web: {image: "web:1"}}""",
)
