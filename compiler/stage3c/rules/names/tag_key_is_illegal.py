"""A tag key that AWS refuses."""

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
                f'"{clip(key)}" has {len(key)} characters; 1 to {most} are allowed.',
                "shorten it, or remove it.",
            )
        elif key.lower().startswith(prefix):
            cause, fix = (
                f'"{clip(key)}" starts with {prefix}, which AWS reserves.',
                f'write "{clip(key[len(prefix) :])}".',
            )
        elif wrong:
            cause, fix = f'"{clip(key)}" contains {characters(wrong)}.', "use letters, digits, spaces and _.:/=+-@."
        else:
            continue
        yield Finding(cause, fix, ("tags", key))


RULE = Rule(
    id="TAG102",
    title="Tag key is illegal",
    what=(
        "A tag's key is empty, longer than 128 characters, starts with `aws:`, or has a character that not "
        "every AWS service takes."
    ),
    why="AWS refuses the first resource that is to have it.",
    fix="Use letters, digits, spaces and _ . : / = + - @.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    bad="tags: {'aws:owner': me}",
    good="tags: {'team:owner': me}",
    check_spec=check,
)
