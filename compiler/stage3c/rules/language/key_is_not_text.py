"""Key is not text."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC007",
    title="Key is not text",
    what="A list, a mapping or an alias stands where a key belongs.",
    why=(
        "Keys of the language are words; a key of another kind is nearly always a misplaced bracket or question mark."
    ),
    fix="Use a plain word as key.",
    source="https://yaml.org/spec/1.2.2/#82-block-collection-styles",
    bad="""\
? [project, environment]
: shop
""",
)
