"""Tag keys differ only in case."""

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
            yield Finding(
                f"tags {clip(key)} and {clip(first)} differ only in case.", f"remove `{clip(key)}`.", ("tags", key)
            )


RULE = Rule(
    id="TAG105",
    title="Tag keys differ only in case",
    what="Two tags have the same key, ignoring case.",
    why="IAM treats them as the same key and rejects the role; cost reports show both.",
    fix="Remove one of them.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html",
    bad="tags: {Team: web, team: web}",
    check_spec=check,
)
