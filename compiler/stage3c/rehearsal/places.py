"""Where in the spec a deployed resource comes from."""

from stage3c.pipeline import Build


def spec_place(build: Build, kind: str, argument: str, value: str) -> str:
    """The place of the resource with this value of an argument, as FILE:LINE."""
    assert build.graph is not None
    found = next((each for each in build.graph.of_type(kind) if each.attributes.get(argument) == value), None)
    span = build.document.span(found.origin.path if found else (), key=True)
    return f"{span.file}:{span.line}"
