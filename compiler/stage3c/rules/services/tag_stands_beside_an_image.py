"""Tag stands beside an image from elsewhere."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the two together."""
    for name, service in stack.services.items():
        if service.image and "tag" in service.model_fields_set:
            cause = f"{name} runs {service.image[:80]}; its tag is not looked at."
            yield Finding(cause, "remove tag, and write the version into image.", ("services", name, "tag"))


RULE = Rule(
    id="SVC116",
    title="Tag stands beside an image from elsewhere",
    severity=Severity.WARNING,
    what="A service has `tag` and `image`.",
    why=(
        "`tag` is that of a built image; here it changes nothing, and a release that only raises it would "
        "deploy nothing."
    ),
    fix="Write the version into `image`.",
    source="The design of this language.",
    bad="""services: {web: {build: null, image: "web:1", tag: "2"}}""",
    good="""services: {web: {build: null, image: "web:2"}}""",
    check_spec=check,
)
