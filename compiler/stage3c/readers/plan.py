"""The JSON of `terraform show -json`, of a plan or of a state, as a graph.

A plan has values where they are known and, in its configuration, the references of those that are not; a state has every
id, which becomes a reference to whoever has it. Nothing secret is kept: see `instances`.
Format: https://developer.hashicorp.com/terraform/internals/json-format (2026-11-24).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from stage3c.diagnostics import Fault, Span
from stage3c.disclosure import Hidden
from stage3c.graph import UNKNOWN, Graph, Origin, Ref, Resource, Value
from stage3c.readers.aliases import of_real_type
from stage3c.readers.identities import linked
from stage3c.readers.instances import Instance, given, instances
from stage3c.readers.mirrors import without_mirrored
from stage3c.readers.reading import MEMBERS_MAX, Reading, members_of
from stage3c.readers.references import Configuration, Scope
from stage3c.readers.secrets import secrets_in
from stage3c.readers.unknowns import Filler

_LINE_MAX_CHARS: Final = 1000
_FIX: Final = "create it with: terraform plan -out=plan && terraform show -json plan > plan.json."
_INCOMPLETE: Final = {
    "errored": (True, "the plan ended with an error"),
    "complete": (False, "the plan is not complete, as with -target or deferred changes"),
}
_MALFORMED: Final = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)


def read_plan(data: bytes, file: str) -> Reading:
    """Read a plan or a state; what it is not is a diagnostic."""
    if members_of(data) > MEMBERS_MAX:
        return _refused(file, f"the file has about {members_of(data):,} values; at most {MEMBERS_MAX:,} are read")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        packed = data.startswith(b"PK")
        return _refused(file, "the file is a binary plan" if packed else "the file is not valid JSON")
    fault = _fault(document)
    if fault:
        return _refused(file, fault)
    doubt = next((cause for key, (value, cause) in _INCOMPLETE.items() if document.get(key) is value), None)
    try:
        graph = _graph(document, _Places(file, data), complete=doubt is None)
    except _MALFORMED:
        return _refused(file, "the file does not have the structure of terraform show -json")
    cause = f"{doubt}; resources that it does not contain were not checked."
    note = Fault("AUD202", cause, "run terraform plan without -target, and audit the new plan.", Span(file))
    return Reading(
        graph, (note,) if doubt else (), hidden=Hidden(frozenset(secrets_in(graph))), plan=document, file=file
    )


def _refused(file: str, reason: str) -> Reading:
    return Reading(None, (Fault("AUD201", f"{reason}.", _FIX, Span(file)),))


def _fault(document: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    if not isinstance(document, dict):
        return "the file does not contain a JSON object"
    if "lineage" in document or ("terraform_version" in document and isinstance(document.get("version"), int)):
        return "the file is a raw state file"
    version = document.get("format_version")
    if not isinstance(version, str):
        return "the file has no format_version"
    if version.partition(".")[0] != "1":
        return f'format_version is "{version[:20]}"; only version 1 is supported'
    if "planned_values" not in document and "values" not in document:
        return "the file has neither planned_values nor values"
    return None


def _graph(document: Mapping[str, Any], places: "_Places", *, complete: bool) -> Graph:
    if "planned_values" not in document:
        found = {one.address: one for one in instances(document.get("values"), of_state=True)}
        return _joined((places.resource(one, one.values, one.waits) for one in found.values()), found, ())
    return _of_plan(document, places, complete=complete)


def _of_plan(document: Mapping[str, Any], places: "_Places", *, complete: bool) -> Graph:
    planned = {one.address: one for one in instances(document.get("planned_values"))}
    before = instances((document.get("prior_state") or {}).get("values"))
    read = {one.address: one for one in before if one.mode == "data" and one.address not in planned}
    found = {**planned, **read}
    configuration = Configuration(document.get("configuration") or {}, found, document.get("variables") or {})
    changes = {change["address"]: change.get("change") or {} for change in document.get("resource_changes") or ()}
    by_kind = _Kinds(found)
    resources = []
    for one in found.values():
        filler = Filler(configuration, configuration.scope(one), by_kind)
        written = configuration.declared(one).get("expressions") or {}
        values = filler.filled(one.values, changes.get(one.address, {}).get("after_unknown"), written)
        made = places.resource(one, {**values, **_write_only(values, written)}, configuration.waits(one))
        resources.append(replace(made, provider=configuration.provider(one)))
    missing = () if complete else _missing(configuration, by_kind, places)
    return _joined((*resources, *missing), found, configuration.providers())


def _write_only(values: Mapping[str, Value], written: Mapping[str, Any]) -> dict[str, Value]:
    """Arguments that no plan ever has: that they are given is all that is known."""
    return {key: UNKNOWN for key in written if key.endswith("_wo") and values.get(key) is None}


def _missing(configuration: Configuration, by_kind: "_Kinds", places: "_Places") -> Iterator[Resource]:
    """What an incomplete plan does not have: it may exist."""
    for module, block in configuration.missing():
        kind, name = str(block["type"]), str(block["name"])
        values = Filler(configuration, Scope(module), by_kind).uncertain(block.get("expressions") or {})
        origin = Origin((), Span(places.file))
        yield Resource(kind, name, values, origin, module=module, certain=False)


def _joined(
    resources: Iterable[Resource], found: Mapping[str, Instance], providers: Iterable[Mapping[str, Any]]
) -> Graph:
    """A graph in which every id is a reference, and nothing stands twice."""
    by_address = {resource.address: of_real_type(resource) for resource in resources}
    return Graph.of(without_mirrored(linked(by_address, found)), providers=list(providers))


class _Kinds(Struct, frozen=True):
    """All resources of some kinds."""

    found: Mapping[str, Instance]

    def __call__(self, kinds: tuple[str, ...]) -> tuple[Ref, ...]:
        return tuple(Ref(one.address) for one in self.found.values() if one.mode == "resource" and one.kind in kinds)


class _Places:
    """Where each address stands, if the JSON was laid out in lines."""

    def __init__(self, file: str, data: bytes) -> None:
        self.file = file
        self._lines: dict[str, int] = {}
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            key, _, value = line.strip().partition(":")
            if key == '"address"' and len(line) < _LINE_MAX_CHARS:
                self._lines.setdefault(_unquoted(value.strip().rstrip(",")), number)

    def resource(self, instance: Instance, values: Mapping[str, Value], waits: tuple[str, ...]) -> Resource:
        """A resource of the graph, from where it stands."""
        line = self._lines.get(instance.address, 1)
        origin = Origin((), Span(self.file, line, 1, line, 2))
        made_of = given(instance, values)
        return Resource(instance.kind, instance.name, made_of, origin, instance.mode, waits, module=instance.module)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text
