"""Too many tags."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Count the spec's tags together with the compiler's own."""
    facts = load("tags")
    own = [tag for tag in facts["set_by_compiler"] if tag not in stack.tags]
    count = len(stack.tags) + len(own)
    if count > facts["max_per_resource"]:
        cause = (
            f"{len(stack.tags)} tags and {listed(own)}, which stage3c adds, "
            f"make {count}; AWS allows {facts['max_per_resource']}."
        )
        yield Finding(cause, f"remove {count - facts['max_per_resource']} tags.", ("tags",))


RULE = Rule(
    id="TAG101",
    title="Too many tags",
    what="The tags of the spec and those that stage3c adds are more than 50.",
    why="AWS rejects a resource with more than 50 tags.",
    fix="Remove tags.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html",
    bad="tags: {" + ", ".join(f"t{n}: x" for n in range(47)) + "}",
    check_spec=check,
)
