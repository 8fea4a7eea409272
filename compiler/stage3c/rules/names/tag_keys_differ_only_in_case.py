"""Two tags whose keys differ only in case."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for keys that stand earlier in another case."""
    seen: dict[str, str] = {}
    for key in stack.tags:
        first = seen.setdefault(key.lower(), key)
        if first != key:
            yield Finding(f"{clip(key)} and {clip(first)} differ only in case.", "remove one of them.", ("tags", key))


RULE = Rule(
    id="TAG105",
    title="Tag keys differ only in case",
    what="Two tags have keys that are the same but for capital letters.",
    why="IAM takes them for one key and refuses the role; cost reports show both.",
    fix="Keep one of them.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html",
    bad="tags: {Team: web, team: web}",
    check_spec=check,
)
