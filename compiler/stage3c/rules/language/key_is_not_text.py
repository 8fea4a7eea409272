"""Key is not text."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC007",
    title="Key is not text",
    what="A key is a list, a mapping or an alias.",
    why="Keys of a spec are words; another kind is usually a misplaced bracket or question mark.",
    fix="Write a plain word as the key, such as `project: shop`.",
    source="https://yaml.org/spec/1.2.2/#82-block-collection-styles",
    bad="""\
? [project, environment]
: shop
""",
)
