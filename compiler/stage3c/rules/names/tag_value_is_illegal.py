"""A tag value that AWS refuses."""

import re
from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import characters


def check(stack: Stack) -> Iterator[Finding]:
    """Judge every value."""
    facts = load("tags")
    most = facts["value_max_chars"]
    for key, value in stack.tags.items():
        wrong = sorted({one for one in value[:most] if not re.fullmatch(facts["characters"], one)})
        if len(value) > most:
            cause, fix = f'"{clip(value)}" has {len(value)} characters; at most {most} are allowed.', "shorten it."
        elif wrong:
            cause, fix = f'"{clip(value)}" contains {characters(wrong)}.', "use letters, digits, spaces and _.:/=+-@."
        else:
            continue
        yield Finding(cause, fix, ("tags", key))


RULE = Rule(
    id="TAG103",
    title="Tag value is illegal",
    what="A tag's value is longer than 256 characters, or has a character that not every AWS service takes.",
    why="AWS refuses the first resource that is to have it.",
    fix="Use letters, digits, spaces and _ . : / = + - @.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    bad="tags: {Owner: 'web & api'}",
    good="tags: {Owner: 'web + api'}",
    check_spec=check,
)
