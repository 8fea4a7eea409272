"""A tag that the compiler sets itself."""

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
            cause = f"the compiler sets {own[key.lower()]} itself."
            yield Finding(cause, "remove it.", ("tags", key))


RULE = Rule(
    id="TAG104",
    title="Tag is set by the compiler",
    what="A tag's key is Project, Environment, ManagedBy or Name, in whatever case.",
    why=(
        "The compiler sets these on every resource; two values of one tag overwrite each other, and two "
        "cases of one key break IAM and every report."
    ),
    fix="Remove the tag, or choose another key.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    bad="tags: {environment: production}",
    good="tags: {CostCenter: shop}",
    check_spec=check,
)
