"""Every AWS name of a build, with the rule that limits it and the line that it comes from."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from stage3c.diagnostics import format_path
from stage3c.pipeline import Build
from stage3c.views.resource_names import resource_names


class NameRow(Struct, frozen=True):
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


def as_table(rows: Sequence[NameRow]) -> str:
    """One line a name, in columns."""
    wide, kinds = max(len(row.name) for row in rows), max(len(row.kind) for row in rows)
    return "\n".join(
        f"{row.name:<{wide}}  {row.kind:<{kinds}}  {len(row.name):>3}/{row.max_chars:<4}  {row.file}:{row.line}"
        for row in rows
    )
