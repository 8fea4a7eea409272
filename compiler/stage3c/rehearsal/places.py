"""Where in the spec a deployed task definition comes from."""

from stage3c.graph import Resource
from stage3c.pipeline import Build


def definition_of(build: Build, family: str) -> Resource | None:
    """The resource of a task definition."""
    assert build.graph is not None
    definitions = build.graph.of_type("aws_ecs_task_definition")
    return next((each for each in definitions if each.attributes.get("family") == family), None)


def spec_place(build: Build, family: str) -> str:
    """The place of a task definition in the spec, as FILE:LINE."""
    found = definition_of(build, family)
    span = build.document.span(found.origin.path if found else (), key=True)
    return f"{span.file}:{span.line}"
