"""Build folder leaves the project."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the parts of each path."""
    for name, service in stack.services.items():
        if service.build and ".." in service.build.split("/"):
            cause = f'"{service.build[:60]}" leads out of the project.'
            yield Finding(cause, f"write build: services/{name}.", ("services", name, "build"))


RULE = Rule(
    id="SVC114",
    title="Build folder leaves the project",
    what="A service's `build` path has `..` in it.",
    why="What is built would depend on what lies beside the project on one machine.",
    fix="Name a folder inside the project.",
    source="The design of this language.",
    bad="services: {web: {build: services/../../web}}",
    check_spec=check,
)
