"""Spec is not valid YAML."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC001",
    title="Spec is not valid YAML",
    what="The file breaks YAML's syntax, so nothing of it can be read.",
    why="A file that is read half would be compiled half.",
    fix=(
        "Correct the syntax at the place that is shown; often it is indentation, a missing colon, or an "
        "unclosed quote or bracket."
    ),
    source="https://yaml.org/spec/1.2.2/",
    bad="""\
project: [shop
""",
    good="""\
project: [shop]
""",
)
