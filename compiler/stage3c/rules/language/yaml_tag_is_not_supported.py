"""YAML tag is not supported."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC010",
    title="YAML tag is not supported",
    what="A value has a YAML tag.",
    why="Tags can make a reader run code, and a spec needs none.",
    fix="Remove the tag, such as `!!str`.",
    source="https://yaml.org/spec/1.2.2/#24-tags",
    bad="""\
project: !!python/name:os.system shop
""",
    good="""\
project: shop
""",
)
