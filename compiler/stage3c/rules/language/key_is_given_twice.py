"""Key is set twice."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC009",
    title="Key is set twice",
    what="A mapping has the same key twice.",
    why="YAML readers keep only one value, so the other would be lost without notice.",
    fix="Remove one of the two.",
    source="https://yaml.org/spec/1.2.2/#3213-node-comparison",
    bad="""\
project: shop
project: other
""",
    good="""\
project: shop
environment: prod
""",
)
