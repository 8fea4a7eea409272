"""Every AWS name of a build, with the rule that limits it and the line that it comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from compiler.diagnostics import format_path
from compiler.graph import Json, Resource
from compiler.names import NameLimit, known_kinds, limit_for
from compiler.pipeline import Build


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name as `stage3c names` shows it."""

    kind: str
    name: str
    max_chars: int
    address: str
    spec_path: str
    file: str
    line: int

    def as_object(self) -> dict[str, Any]:
        """For JSON; `type` and `attribute` as `check-name` takes them."""
        kind, _, attribute = self.kind.partition(".")
        return {
            "type": kind,
            "attribute": attribute,
            "name": self.name,
            "length": len(self.name),
            "max": self.max_chars,
            "address": self.address,
            "spec_path": self.spec_path,
            "file": self.file,
            "line": self.line,
        }


def names_of(build: Build) -> Iterator[NameRow]:
    """The names of a build's managed resources, by type and address."""
    assert build.graph is not None
    for resource in build.graph.resources.values():
        if resource.mode != "resource":
            continue
        for limit, name in resource_names(resource):
            span = build.document.span(resource.origin.path, key=True)
            path = format_path(resource.origin.path)
            yield NameRow(limit.kind, name, limit.max_chars, resource.address, path, span.file, span.line)


def resource_names(resource: Resource) -> Iterator[tuple[NameLimit, str]]:
    """The names that one resource gives, each with its limit; names that only AWS will know are left out."""
    for attribute, value in resource.attributes.items():
        limit = limit_for(f"{resource.type}.{attribute}") if f"{resource.type}.{attribute}" in _kinds() else None
        if limit and isinstance(value, str):
            yield limit, value
    containers = resource.attributes.get("container_definitions")
    limit = limit_for(f"{resource.type}.container_definitions[].name")
    if limit and isinstance(containers, Json) and isinstance(containers.value, list | tuple):
        for container in containers.value:
            if isinstance(container, dict):
                yield limit, str(container["name"])
    tags, limit = resource.attributes.get("tags"), limit_for(f"{resource.type}.tags.Name")
    if limit and isinstance(tags, dict) and isinstance(tags.get("Name"), str):
        yield limit, str(tags["Name"])


@cache
def _kinds() -> frozenset[str]:
    return frozenset(kind.split(" (")[0] for kind in known_kinds())
