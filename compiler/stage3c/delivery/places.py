"""Where in the spec to look for the cause of a message: by the resources and AWS names that the message contains."""

from collections.abc import Iterator

from stage3c.delivery.known_failures import Explanation, fold
from stage3c.diagnostics import Path, Span
from stage3c.pipeline import Build
from stage3c.views.resource_names import resource_names

_NAME_MIN_CHARS = 8


def place_of(explanation: Explanation, build: Build) -> tuple[Path, Span] | None:
    """The spec path that decides about a failure, and the nearest line that is written."""
    wanted = explanation.failure.look_at.split(".") if explanation.failure.look_at else []
    named = _named(explanation.block, build)
    if not wanted:
        return (named, build.document.span(named, key=True)) if named else None
    path = _filled(wanted, named, build)
    return path, build.document.span(path, key=True)


def _named(block: str, build: Build) -> Path:
    """The origin of the resource whose address or name appears in a message; the longest one decides."""
    found = [(len(text), origin) for text, origin in _names(build) if text in block]
    return max(found, default=(0, ()))[1] if found else ()


def _names(build: Build) -> Iterator[tuple[str, Path]]:
    """What a message can call a resource, folded, with where the resource comes from."""
    assert build.graph is not None
    for resource in build.graph.resources.values():
        if resource.mode != "resource" or not resource.origin.path:
            continue
        names = [resource.address, *(name for _, name in resource_names(resource))]
        origin = tuple(str(part) for part in resource.origin.path)
        yield from ((fold(name), origin) for name in names if len(name) >= _NAME_MIN_CHARS)


def _filled(wanted: list[str], named: Path, build: Build) -> Path:
    """A path of the table with keys of the spec for its stars; it ends where several keys are possible."""
    path: list[str] = []
    for position, part in enumerate(wanted):
        if part != "*":
            path.append(part)
            continue
        key = _key(wanted[:position], named, build)
        if key is None:
            return tuple(path)
        path.append(key)
    return tuple(path)


def _key(section: list[str], named: Path, build: Build) -> str | None:
    """The key below a section: of the named resource, or the only one there is."""
    if list(named[: len(section)]) == section and len(named) > len(section):
        return str(named[len(section)])
    value: object = build.stack.model_dump()
    for part in section:
        value = value.get(part) if isinstance(value, dict) else None
    keys = list(value) if isinstance(value, dict) else []
    return keys[0] if len(keys) == 1 else None
