"""Spec is not valid YAML."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC001",
    title="Spec is not valid YAML",
    what="The file has a YAML syntax error.",
    why="A file that can only be read in part would be compiled in part.",
    fix="Check indentation, colons, quotes and brackets at the line that the finding shows.",
    source="https://yaml.org/spec/1.2.2/",
    bad="""\
project: [shop
""",
    good="""\
project: [shop]
""",
)
