"""Key is given twice."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC009",
    title="Key is given twice",
    what="A mapping has one key two times.",
    why="YAML readers keep the last one without a word, so half of what was written would be lost.",
    fix="Remove or rename one of them.",
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
