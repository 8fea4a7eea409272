"""Build folder is outside the project."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the parts of each path."""
    for name, service in stack.services.items():
        if service.build and ".." in service.build.split("/"):
            cause = f'services.{name}.build is "{service.build[:60]}", which is outside the project.'
            yield Finding(cause, f"write `build: services/{name}`.", ("services", name, "build"))


RULE = Rule(
    id="SVC114",
    title="Build folder is outside the project",
    what="The `build` path of a service contains `..`.",
    why="The image would depend on files outside the project on one machine.",
    fix="Write a folder inside the project, such as `build: services/web`.",
    source="The design of this language.",
    bad="services: {web: {build: services/../../web}}",
    check_spec=check,
)
