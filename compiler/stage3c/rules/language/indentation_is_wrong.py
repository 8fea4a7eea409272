"""Indentation is wrong."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC120",
    title="Indentation is wrong",
    what="A line is indented less or more than the lines that it belongs to, or with a tab.",
    why="In YAML the indentation says what a key belongs to; a key one level too high or too low sets something else.",
    fix="Indent the line as the finding says: two spaces for each level, and keys of one mapping alike.",
    source="https://yaml.org/spec/1.2.2/#61-indentation-spaces",
    bad="""\
stage3c: 1
services:
  web:
    image: nginx:1.27.3
   port: 80
""",
)
