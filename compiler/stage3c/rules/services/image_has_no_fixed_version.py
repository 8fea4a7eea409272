"""Image has no fixed version."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the images that are not built here."""
    for name, service in stack.services.items():
        image = service.image
        if image is None or "@" in image:
            continue
        tag = image.rpartition("/")[2].partition(":")[2]
        if tag in ("", "latest"):
            cause = f'services.{name}.image is "{image[:80]}", which has no fixed version.'
            yield Finding(
                cause,
                f"write `image: {image.removesuffix(':latest')[:80]}:1.27.3` with the version you want.",
                ("services", name, "image"),
            )


RULE = Rule(
    id="SVC103",
    title="Image has no fixed version",
    severity=Severity.WARNING,
    what="An image from another registry has no tag, or the tag `latest`.",
    why="Tasks may run different images, and a rollback has no effect.",
    fix="Write a version or digest, such as `image: nginx:1.27.3`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-considerations.html",
    bad="services: {web: {build: null, image: nginx}}",
    good="""services: {web: {build: null, image: "nginx:1.27"}}""",
    check_spec=check,
)
