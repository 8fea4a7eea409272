"""Tag has no effect on an image from another registry."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the two together."""
    for name, service in stack.services.items():
        if service.image and "tag" in service.model_fields_set:
            cause = f"services.{name} has both tag and image; tag has no effect on {service.image[:80]}."
            yield Finding(
                cause,
                "remove `tag`, and write the version in image, such as `nginx:1.27.3`.",
                ("services", name, "tag"),
            )


RULE = Rule(
    id="SVC116",
    title="Tag has no effect on an image from another registry",
    severity=Severity.WARNING,
    what="A service has both `tag` and `image`.",
    why="`tag` applies to built images; a release that only changes it would deploy nothing.",
    fix="Write the version in `image`, such as `image: nginx:1.27.3`.",
    source="The design of this language.",
    bad="""services: {web: {build: null, image: "web:1", tag: "2"}}""",
    good="""services: {web: {build: null, image: "web:2"}}""",
    check_spec=check,
)
