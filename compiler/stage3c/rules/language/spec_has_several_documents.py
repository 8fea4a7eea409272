"""Spec has several YAML documents."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC005",
    title="Spec has several YAML documents",
    what="A line of three hyphens starts a second document in the file.",
    why="Only one could be used, and the others would be lost without notice.",
    fix="Keep one spec per file; use `environments` for several environments.",
    source="https://yaml.org/spec/1.2.2/#92-streams",
    bad="""\
project: shop
---
project: other
""",
)
