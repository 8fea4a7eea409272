"""Alias cannot be followed."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC008",
    title="Alias cannot be followed",
    what="An alias names an anchor that is not defined above it, or that contains the alias itself.",
    why="There is no value that the alias could stand for.",
    fix="Define the anchor above, or repeat the value.",
    source="https://yaml.org/spec/1.2.2/#71-alias-nodes",
    bad="""\
project: *name
""",
    good="""\
project: &name shop
environment: *name
""",
)
