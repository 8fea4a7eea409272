"""Tag key is not valid."""

import re
from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import characters


def check(stack: Stack) -> Iterator[Finding]:
    """Judge every key."""
    facts = load("tags")
    most, prefix = facts["key_max_chars"], facts["reserved_prefix"]
    for key in stack.tags:
        wrong = sorted({one for one in key[:most] if not re.fullmatch(facts["characters"], one)})
        if not key or len(key) > most:
            cause, fix = (
                f'tag key "{clip(key)}" has {len(key)} characters; 1 to {most} are allowed.',
                f"write a shorter key, such as `{clip(key, 20).rstrip('…')}`." if key else "remove the empty key.",
            )
        elif key.lower().startswith(prefix):
            cause, fix = (
                f'tag key "{clip(key)}" starts with {prefix}, which is reserved.',
                f"write `{clip(key[len(prefix) :])}`.",
            )
        elif wrong:
            cause, fix = (
                f'tag key "{clip(key)}" contains {characters(wrong)}.',
                "use only letters, digits, spaces and _.:/=+-@.",
            )
        else:
            continue
        yield Finding(cause, fix, ("tags", key))


RULE = Rule(
    id="TAG102",
    title="Tag key is not valid",
    what=(
        "The key of a tag is empty, longer than 128 characters, starts with `aws:`, or contains an invalid character."
    ),
    why="AWS rejects the first resource with this tag.",
    fix="Use letters, digits, spaces and _ . : / = + - @.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    bad="tags: {'aws:owner': me}",
    good="tags: {'team:owner': me}",
    check_spec=check,
)
