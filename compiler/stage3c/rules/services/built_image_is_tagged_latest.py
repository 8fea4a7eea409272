"""Built image has the tag latest."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the tags of what is built here."""
    for name, service in stack.services.items():
        if service.build and service.tag == "latest":
            cause = f"services.{name}.tag is latest, but the tags of its repository are immutable."
            yield Finding(cause, 'write a version, such as `tag: "1.0.0"`.', ("services", name, "tag"))


RULE = Rule(
    id="SVC104",
    title="Built image has the tag latest",
    what="`tag` of a built service is `latest`.",
    why="Tags in the repository are immutable, so `latest` could be pushed only once.",
    fix="Write a version, such as `tag: v2`, and increase it with each release.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    bad="services: {web: {tag: latest}}",
    good="""services: {web: {tag: "1.4.0"}}""",
    check_spec=check,
)
