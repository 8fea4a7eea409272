"""What the compiler writes reads back to the graph that it came from."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from stage3c.cli.changes import kept_in
from stage3c.graph import Expr, Graph, Json, Resource, Text, Value, document, refs_in
from stage3c.output.files import read_folder
from stage3c.pipeline import compile_spec
from stage3c.readers.configuration import read_configuration

from tests.conftest import ROOT, SPECS


def graphs_of(spec: Path) -> dict[str, Graph]:
    builds = compile_spec(spec.read_bytes(), str(spec), None, lambda name: kept_in(ROOT / "generated" / name)).builds
    return {build.stack_name: build.graph for build in builds if build.graph is not None}


def comparable(value: Value, like: Value) -> object:  # noqa: PLR0911 - one case for each kind of value
    """A value without what writing takes away: documents are compared decoded, expressions by what they refer to."""
    if isinstance(like, Expr):
        return {ref.address.partition("[")[0] for ref in refs_in(value)}
    match value:
        case Json():
            return comparable(value.value, value.value)
        case Text() | str() if isinstance(like, Json):
            return comparable(document(value), like.value)
        case Text(parts=parts):
            return "".join(part if isinstance(part, str) else repr(comparable(part, part)) for part in parts)
        case str() | None:
            return value
        case Mapping():
            others = like if isinstance(like, Mapping) else {}
            return {key: comparable(inner, others.get(key)) for key, inner in value.items() if inner is not None}
        case Sequence():
            members = list(like) if isinstance(like, list | tuple) else []
            return [comparable(inner, members[n] if n < len(members) else None) for n, inner in enumerate(value)]
        case _:
            return value


def differences(written: Resource, read: Resource) -> list[str]:
    names = {*written.attributes, *read.attributes}
    found = [
        f"{written.address}: {field} {getattr(written, field)} became {getattr(read, field)}"
        for field in ("mode", "depends_on", "lifecycle", "provider", "module", "certain")
        if getattr(written, field) != getattr(read, field)
    ]
    for name in sorted(names):
        before, after = written.attributes.get(name), read.attributes.get(name)
        if comparable(before, before) != comparable(after, before):
            found.append(f"{written.address}.{name}: {before!r} became {after!r}")
    return found


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_our_own_output_reads_back_to_the_graph_that_it_came_from(spec: Path) -> None:
    for name, written in graphs_of(spec).items():
        reading = read_configuration(str(ROOT / "generated" / name), read_folder)
        assert reading.faults == ()
        assert reading.graph is not None
        read = {address.removesuffix("[0]"): resource for address, resource in reading.graph.resources.items()}
        assert sorted(read) == sorted(written.resources)
        assert [
            text for address, resource in written.resources.items() for text in differences(resource, read[address])
        ] == []
        assert comparable(reading.graph.backend, None) == comparable(written.backend, None)
        assert comparable(reading.graph.providers, None) == comparable(written.providers, None)
        assert set(reading.graph.variables) == set(written.variables)
        assert set(reading.graph.outputs) == set(written.outputs)
