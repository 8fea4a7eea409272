"""Spec has several documents."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC005",
    title="Spec has several documents",
    what="A line of three hyphens starts a second document in the same file.",
    why="Only one of them could be meant, and the others would be lost without a word.",
    fix="Keep one spec per file; several environments go into `environments`.",
    source="https://yaml.org/spec/1.2.2/#92-streams",
    bad="""\
project: shop
---
project: other
""",
)
