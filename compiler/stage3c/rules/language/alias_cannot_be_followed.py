"""YAML alias or merge key is not valid."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC008",
    title="YAML alias or merge key is not valid",
    what="An alias has no anchor above it, refers to a value that contains it, or `<<` does not merge a mapping.",
    why="The value is unknown, so nothing below it could be checked.",
    fix="Write the value instead of the alias, or `<<: *defaults` with the alias of a mapping.",
    source="https://yaml.org/spec/1.2.2/#71-alias-nodes",
    bad="""\
project: *name
""",
    good="""\
project: &name shop
environment: *name
""",
)
