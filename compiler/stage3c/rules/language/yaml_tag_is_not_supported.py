"""YAML tag is not supported."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC010",
    title="YAML tag is not supported",
    what="A value has a tag, which asks the reader for a type of its own.",
    why="Tags can make a reader run code, and the language needs none.",
    fix="Remove the tag.",
    source="https://yaml.org/spec/1.2.2/#24-tags",
    bad="""\
project: !!python/name:os.system shop
""",
    good="""\
project: shop
""",
)
