"""Service requires exactly one image."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SVC101",
    title="Service requires exactly one image",
    what="A service has neither `build` nor `image`, or both.",
    why="It is not clear which image to run.",
    fix="Write either `build: services/web` or `image: nginx:1.27.3`.",
    source="The design of this language.",
    bad="""services: {web: {image: "web:1"}}""",
)
