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
            cause = f'{name} runs "{image[:80]}", whatever that is when a task starts.'
            yield Finding(cause, "add the version's tag, such as :1.27.", ("services", name, "image"))


RULE = Rule(
    id="SVC103",
    title="Image has no fixed version",
    severity=Severity.WARNING,
    what="An image from elsewhere has no tag, or the tag `latest`.",
    why=("Each task that starts may get another image than the one beside it, and a rollback rolls nothing back."),
    fix="Write the version's tag, or a digest.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-considerations.html",
    bad="services: {web: {build: null, image: nginx}}",
    good="""services: {web: {build: null, image: "nginx:1.27"}}""",
    check_spec=check,
)
