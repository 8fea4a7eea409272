"""Tag is set by stage3c."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare every key with the compiler's own, without case."""
    own = {tag.lower(): tag for tag in load("tags")["set_by_compiler"]}
    for key in stack.tags:
        if key.lower() in own:
            cause = f"stage3c sets the tag {own[key.lower()]} on every resource."
            yield Finding(cause, "remove it, or use another key.", ("tags", key))


RULE = Rule(
    id="TAG104",
    title="Tag is set by stage3c",
    what="The key of a tag is Project, Environment, ManagedBy or Name, ignoring case.",
    why=(
        "These tags are on every resource; a second value would overwrite the first, and IAM ignores the case of keys."
    ),
    fix="Remove the tag, or use another key.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    bad="tags: {environment: production}",
    good="tags: {CostCenter: shop}",
    check_spec=check,
)
