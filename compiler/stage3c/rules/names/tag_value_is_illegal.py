"""Tag value is not valid."""

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
            cause, fix = (
                f"the value of tag {clip(key)} has {len(value)} characters; the maximum is {most}.",
                "write a shorter value.",
            )
        elif wrong:
            cause, fix = (
                f'tag {clip(key)} is "{clip(value)}", which contains {characters(wrong)}.',
                "use only letters, digits, spaces and _.:/=+-@.",
            )
        else:
            continue
        yield Finding(cause, fix, ("tags", key))


RULE = Rule(
    id="TAG103",
    title="Tag value is not valid",
    what="The value of a tag is longer than 256 characters, or contains an invalid character.",
    why="AWS rejects the first resource with this tag.",
    fix="Use letters, digits, spaces and _ . : / = + - @.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    bad="tags: {Owner: 'web & api'}",
    good="tags: {Owner: 'web + api'}",
    check_spec=check,
)
