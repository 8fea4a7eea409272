"""The JSON of `terraform show -json`, of a plan or of a state, as a graph.

A plan has values where they are known and, in its configuration, the references of those that are not; a state has every
id, which becomes a reference to whoever has it. Values that Terraform calls sensitive are dropped before anything looks at
them. Format: https://developer.hashicorp.com/terraform/internals/json-format (2026-11-24).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.graph import UNKNOWN, Expr, Graph, Origin, Ref, Resource, Text, Value
from compiler.provider_schema import computed_names
from compiler.readers.reading import Reading
from compiler.readers.references import Configuration

_SECRETS: Final = (
    "password",
    "secret_string",
    "secret_binary",
    "master_password",
    "private_key",
    "auth_token",
    "random_password",
)
_IDENTITIES: Final = ("arn", "id")
_ID_MIN_CHARS: Final = 6
_FIX: Final = "make it with terraform show -json."


def read_plan(data: bytes, file: str) -> Reading:
    """Read a plan or a state; what it is not is a diagnostic."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return _refused(file, "it is no JSON")
    fault = _fault(document)
    if fault:
        return _refused(file, fault)
    notes: tuple[Diagnostic, ...] = ()
    if document.get("errored") is True:
        cause = "Terraform says that this plan ended with an error; what is missing in it was not judged."
        notes = (Diagnostic("AUD202", Severity.WARNING, "Plan is incomplete", cause, "plan again.", Span(file)),)
    try:
        graph = _of_plan(document, file, data) if "planned_values" in document else _of_state(document, file, data)
    except (RecursionError, AttributeError, TypeError, KeyError, ValueError):
        return _refused(file, "its parts are not where Terraform puts them")
    return Reading(graph, notes, {})


def _refused(file: str, reason: str) -> Reading:
    title = "Plan or state is not understood"
    return Reading(None, (Diagnostic("AUD201", Severity.ERROR, title, f"{reason}.", _FIX, Span(file)),))


def _fault(document: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    if not isinstance(document, dict):
        return "it holds no object"
    if "lineage" in document and "serial" in document:
        return "it is a raw state file, whose format is Terraform's own business"
    version = document.get("format_version")
    if not isinstance(version, str):
        return "it names no format_version"
    if version.partition(".")[0] != "1":
        return f'its format_version is "{version[:20]}", and 1 is what we know'
    if "planned_values" not in document and "values" not in document:
        return "it holds neither planned_values nor values"
    return None


def _of_plan(document: Mapping[str, Any], file: str, data: bytes) -> Graph:
    configuration = Configuration(document.get("configuration") or {})
    unknown = {change.get("address"): change.get("change", {}) for change in document.get("resource_changes", ())}
    prior = (document.get("prior_state") or {}).get("values") or {}
    existing = [found for found in _all(prior.get("root_module") or {}) if found.get("mode") == "data"]
    planned = list(_all(document["planned_values"].get("root_module") or {}))
    known = {found["address"] for found in planned}
    everything = [*planned, *(found for found in existing if found["address"] not in known)]
    places = _places(data)
    configuration.addresses = frozenset(found["address"] for found in everything)
    resources = []
    for found in everything:
        change = unknown.get(found["address"], {})
        mask = change.get("after_unknown")
        values = _without_secrets(found.get("values") or {}, found.get("sensitive_values"))
        filled = _filled(values, mask if isinstance(mask, dict) else {}, configuration.references(found))
        resources.append(_resource(found, filled, file, places, configuration.waits(found)))
    graph = Graph.of(resources, providers=configuration.providers())
    return _linked(replace(graph, backend={"kind": "unknown"}))


def _of_state(document: Mapping[str, Any], file: str, data: bytes) -> Graph:
    places = _places(data)
    found = list(_all((document.get("values") or {}).get("root_module") or {}))
    resources = []
    for one in found:
        values = _without_secrets(one.get("values") or {}, one.get("sensitive_values"))
        resources.append(_resource(one, values, file, places, tuple(one.get("depends_on") or ())))
    return _linked(Graph.of(resources, backend={"kind": "unknown"}))


def _all(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    seen: set[str] = set()
    for resource in module.get("resources") or ():
        if isinstance(resource.get("address"), str) and resource["address"] not in seen:
            seen.add(resource["address"])
            yield resource
    for child in module.get("child_modules") or ():
        yield from _all(child)


def _places(data: bytes) -> dict[str, int]:
    """The line of each address, where the JSON was laid out in lines."""
    found: dict[str, int] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        key, _, value = line.strip().partition(": ")
        if key == '"address"' and len(line) < 1000:  # noqa: PLR2004 - a line of its own
            found.setdefault(value.strip().strip(",").strip('"').replace('\\\\"', '"'), number)
    return found


def _resource(
    found: Mapping[str, Any], values: Mapping[str, Value], file: str, places: Mapping[str, int], waits: tuple[str, ...]
) -> Resource:
    address, kind, mode = str(found["address"]), str(found["type"]), found.get("mode", "managed")
    line = places.get(address, 1)
    module = (
        address.rpartition(f".{'data.' if mode == 'data' else ''}{kind}.")[0] if address.startswith("module.") else ""
    )
    name = address.removeprefix(f"{module}." if module else "").removeprefix("data.").removeprefix(f"{kind}.")
    made_of = {key: value for key, value in values.items() if value not in (None, [], {}) or key == "ingress"}
    computed = computed_names(mode if mode == "data" else "resource", kind)
    attributes = {key: value for key, value in made_of.items() if key not in computed}
    span = Span(file, line, 1, line, 2)
    return Resource(
        kind, name, attributes, Origin((), span), "data" if mode == "data" else "resource", waits, module=module
    )


def _without_secrets(values: Mapping[str, Any], mask: Any) -> dict[str, Value]:  # noqa: ANN401 - JSON is anything
    """Drop what Terraform, or its name, says is secret."""
    hidden = mask if isinstance(mask, dict) else {}
    return {
        key: UNKNOWN
        if hidden.get(key) is True or (key in _SECRETS and value is not None)
        else _masked(value, hidden.get(key))
        for key, value in values.items()
    }


def _masked(value: Any, mask: Any) -> Value:  # noqa: ANN401 - JSON is anything
    if mask is True:
        return UNKNOWN
    if isinstance(value, dict):
        return _without_secrets(value, mask)
    if isinstance(value, list):
        masks = mask if isinstance(mask, list) else []
        return [_masked(inner, masks[number] if number < len(masks) else None) for number, inner in enumerate(value)]
    found: Value = value
    return found


def _filled(values: Mapping[str, Value], mask: Mapping[str, Any], references: Mapping[str, Any]) -> dict[str, Value]:
    """What is known only after apply, as the references that it is made of."""
    found: dict[str, Value] = dict(values)
    for key, hidden in mask.items():
        source = references.get(key)
        if hidden is True:
            found[key] = source if isinstance(source, Ref | Expr | list | Text) else UNKNOWN
        elif isinstance(hidden, list) and any(hidden):
            found[key] = _filled_list(found.get(key), hidden, source)
        elif isinstance(hidden, dict) and hidden:
            inner = found.get(key)
            if isinstance(inner, Mapping):
                found[key] = _filled(inner, hidden, source if isinstance(source, Mapping) else {})
    return {key: value for key, value in found.items() if value is not UNKNOWN or key in references or key in values}


def _filled_list(value: Value, mask: Sequence[Any], source: Any) -> Value:  # noqa: ANN401 - JSON is anything
    """Blocks, or texts, of which some are not known.

    Of blocks that are arguments to the provider, such as `route`, a plan says which references there are, not where.
    """
    blocks = value if isinstance(value, list) else []
    if any(hidden is True for hidden in mask):
        return source if isinstance(source, list | Ref | Expr) else UNKNOWN
    sources = source if isinstance(source, list) else []
    structured = all(isinstance(each, Mapping) for each in sources)
    only = source if isinstance(source, Ref) and len(mask) == 1 else None
    found: list[Value] = []
    for number, hidden in enumerate(mask):
        inner = blocks[number] if number < len(blocks) else {}
        given = (
            sources[number] if structured and number < len(sources) else sources[0] if structured and sources else {}
        )
        if isinstance(inner, Mapping) and isinstance(hidden, dict):
            found.append(_block(inner, hidden, given if isinstance(given, Mapping) else {}, only))
        else:
            found.append(inner)
    return found


def _block(
    inner: Mapping[str, Value], mask: Mapping[str, Any], given: Mapping[str, Any], only: Ref | None
) -> Mapping[str, Value]:
    """One nested block: what is hidden in it is the reference given, the only one there is, or not known."""
    hidden = [
        key for key, is_hidden in mask.items() if is_hidden is True or (isinstance(is_hidden, list) and any(is_hidden))
    ]
    found: dict[str, Value] = dict(_filled(inner, mask, given))
    for key in hidden:
        if key not in given:
            found[key] = only if only is not None and len(hidden) == 1 else UNKNOWN
    return found


def _linked(graph: Graph) -> Graph:
    """Turn every id and ARN that a resource of the graph has into a reference to it."""
    owners: dict[str, Ref] = {}
    for resource in graph.resources.values():
        for attribute in _IDENTITIES:
            value = resource.attributes.get(attribute)
            if isinstance(value, str) and len(value) >= _ID_MIN_CHARS:
                owners.setdefault(value, Ref(resource.address, attribute))
    linked = [_with_links(resource, owners) for resource in graph.resources.values()]
    return Graph.of(linked, graph.outputs, graph.backend, graph.providers)


def _with_links(resource: Resource, owners: Mapping[str, Ref]) -> Resource:
    own = {owner for owner, ref in owners.items() if ref.address == resource.address}
    attributes = {
        key: _link(value, owners, own) for key, value in resource.attributes.items() if key not in _IDENTITIES
    }
    return Resource(
        resource.type,
        resource.name,
        attributes,
        resource.origin,
        resource.mode,
        resource.depends_on,
        module=resource.module,
    )


def _link(value: Value, owners: Mapping[str, Ref], own: set[str]) -> Value:
    if isinstance(value, str):
        if value in own:
            return value
        if value in owners:
            return owners[value]
        head = value.rstrip("*").rstrip(":/")
        return (
            Text(owners[head], value[len(head) :]) if head in owners and head not in own else _by_parts(value, owners)
        )
    if isinstance(value, Mapping):
        return {key: _link(inner, owners, own) for key, inner in value.items()}
    if isinstance(value, list):
        return [_link(inner, owners, own) for inner in value]
    return value


def _by_parts(value: str, owners: Mapping[str, Ref]) -> Value:
    """ARNs inside a document: `"arn:…"` between quotes, with or without something behind it."""
    if not value.startswith(("{", "[")) or '"arn:' not in value:
        return value
    parts: list[str | Ref | Expr] = []
    rest = value
    while '"arn:' in rest:
        before, _, after = rest.partition('"arn:')
        text = "arn:" + after.partition('"')[0]
        head = next((h for h in _heads(text) if h in owners), None)
        parts += [before + '"', owners[head] if head else text, text[len(head) :] if head else ""]
        rest = after[len(text) - 4 :]
    return Text(*(part for part in (*parts, rest) if part != ""))


def _heads(text: str) -> Iterator[str]:
    """An ARN, and what it is without its last parts: `arn:key:stage:version`, `arn:*`."""
    yield text
    head = text
    for _ in range(4):
        head = head.rpartition(":")[0]
        yield head
