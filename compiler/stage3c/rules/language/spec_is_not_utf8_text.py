"""Spec is not UTF-8."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC003",
    title="Spec is not UTF-8",
    what="The file contains bytes that are not UTF-8; the example represents text saved as Latin-1.",
    why="YAML is Unicode, and guessing another encoding could change names.",
    fix="Save the file as UTF-8.",
    source="https://yaml.org/spec/1.2.2/#52-character-encodings",
    bad="""\
project: café
""",
)
