"""A graph against the provider's own schema: every argument, block, type and reference that the compiler emits.

Owns the reading of `facts/provider.json` and `facts/provider_v6.json`: what the oldest provider that we admit takes,
and what the newest one no longer does. Whatever it finds is a bug of the compiler's, never a user's mistake.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeGuard

from stage3c.aws.facts import load
from stage3c.graph import Expr, Graph, Json, Lifecycle, Ref, Resource, Text, Value, refs_in
from stage3c.readers.aliases import real_type

_Members = Mapping[str, Any]
"""What may stand in a type or block: an argument is `[flags, type]`, a block `[nesting, min, max, members]`."""

_Type: TypeAlias = Any
"""A type as Terraform writes it: `"string"`, `["list", "string"]`, `["object", {"name": "string"}]`."""

_PRIMITIVES: Mapping[str, Callable[[Value], bool]] = {
    "string": lambda value: isinstance(value, str | Text | Json),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
}
_ARGUMENT_LENGTH = 2
_SEGMENT_END = re.compile(r"[.\[]")


def check(graph: Graph) -> list[str]:
    """Say everything that the provider, old or new, would not take; nothing if the graph is sound."""
    found = [problem for resource in graph.resources.values() for problem in _resource_problems(resource, graph)]
    for name, output in graph.outputs.items():
        found += [f"output.{name}: {problem}" for problem in _reference_problems(output.value, graph)]
        found += [f"output.{name}: {ref} is ephemeral" for ref in _ephemeral(output.value)]
    found += [f"provider: {problem}" for problem in _reference_problems(graph.providers, graph)]
    found += [f"backend: {ref} is a reference" for ref in refs_in(graph.backend)]
    return found


@cache
def block_kinds(mode: str, kind: str) -> Mapping[str, Any]:
    """The nested blocks of a type, each with those inside of it; empty for a type that the facts do not have."""
    return _nested_kinds(_facts().get((mode, real_type(kind)), {}))


@cache
def computed_names(mode: str, kind: str) -> frozenset[str]:
    """The arguments that only AWS sets, without id and arn, by which resources are known."""
    members = _facts().get((mode, real_type(kind)), {})
    found = {name for name, fact in members.items() if len(fact) == _ARGUMENT_LENGTH and fact[0].strip("d") == "c"}
    return frozenset(found - {"id", "arn"})


def _nested_kinds(members: _Members) -> dict[str, Any]:
    return {name: _nested_kinds(fact[3]) for name, fact in members.items() if len(fact) != _ARGUMENT_LENGTH}


def deprecations(graph: Graph) -> list[str]:
    """Say which arguments the provider would rather not see any more; they still work."""
    return [
        f"{resource.address}: {name} is deprecated"
        for resource in graph.resources.values()
        for name, fact in _set_arguments(resource.attributes, _facts().get((resource.mode, resource.type), {}))
        if "d" in fact[0]
    ]


def _set_arguments(attributes: Mapping[str, Value], members: _Members, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in attributes.items():
        fact = members.get(name)
        if fact is None or value is None:
            continue
        if len(fact) == _ARGUMENT_LENGTH:
            yield path + name, fact
        elif isinstance(value, Sequence):
            for body in value:
                if isinstance(body, Mapping):
                    yield from _set_arguments(body, fact[3], f"{path}{name}.")


def _resource_problems(resource: Resource, graph: Graph) -> Iterator[str]:
    members = _facts().get((resource.mode, resource.type))
    if members is None:
        yield f"{resource.address}: facts/provider_types.json knows no {resource.mode} {resource.type}"
        return
    gone = _gone().get((resource.mode, resource.type), {}).get("arguments", ())
    problems = [
        *_body_problems(resource.attributes, members),
        *(f"{name}: unknown to provider 6" for name in gone if _is_set(resource.attributes, name.split("."))),
        *_reference_problems(resource.attributes, graph),
        *_ephemeral_problems(resource, members),
        *_meta_problems(resource, members, graph),
    ]
    yield from (f"{resource.address}: {problem}" for problem in problems)


def _body_problems(body: Mapping[str, Value], members: _Members, path: str = "") -> Iterator[str]:
    for name, value in body.items():
        fact = members.get(name)
        if fact is None:
            yield f"{path}{name}: unknown"
        elif value is not None:
            judge = _argument_problems if len(fact) == _ARGUMENT_LENGTH else _block_problems
            yield from judge(value, fact, f"{path}{name}")
    for name, fact in members.items():
        required = "r" in fact[0] if len(fact) == _ARGUMENT_LENGTH else fact[1] > 0
        if required and body.get(name) is None:
            yield f"{path}{name}: required"


def _argument_problems(value: Value, fact: Sequence[Any], path: str) -> Iterator[str]:
    flags, wanted = fact
    if not set(flags) & {"o", "r"}:
        yield f"{path}: set by AWS alone"
    else:
        yield from _type_problems(value, wanted, path)


def _block_problems(value: Value, fact: Sequence[Any], path: str) -> Iterator[str]:
    nesting, items_min, items_max, members = fact
    if not isinstance(value, Sequence) or not all(isinstance(body, Mapping) for body in value):
        yield f"{path}: a block, so a list of mappings"
        return
    most = 1 if nesting == "single" else items_max
    if len(value) < items_min or (most and len(value) > most):
        yield f"{path}: {len(value)} blocks; {items_min} to {most or 'any number'} are allowed"
    for position, body in enumerate(value):
        if isinstance(body, Mapping):
            yield from _body_problems(body, members, f"{path}[{position}].")


def _type_problems(value: Value, wanted: _Type, path: str) -> Iterator[str]:
    if isinstance(value, Ref | Expr):
        return
    items = _items(value, wanted)
    if items is None:
        yield f"{path}: {type(value).__name__}, where the provider wants {_type_text(wanted)}"
        return
    for step, item in items:
        inner = wanted[1]
        if wanted[0] != "object":
            yield from _type_problems(item, inner, path + step)
        elif step[1:] in inner:
            yield from _type_problems(item, inner[step[1:]], path + step)
        else:
            yield f"{path}{step}: unknown"


def _items(value: Value, wanted: _Type) -> list[tuple[str, Value]] | None:
    """List what a value holds, with the step that leads there; None if the value is not of the kind that is wanted."""
    if isinstance(wanted, str):
        return [] if wanted == "dynamic" or _PRIMITIVES[wanted](value) else None
    if wanted[0] in {"map", "object"}:
        return [(f".{key}", item) for key, item in value.items() if item is not None] if _is_mapping(value) else None
    return [(f"[{position}]", item) for position, item in enumerate(value)] if _is_list(value) else None


def _is_mapping(value: Value) -> TypeGuard[Mapping[str, Value]]:
    return isinstance(value, Mapping)


def _is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _type_text(wanted: _Type) -> str:
    if isinstance(wanted, str):
        return wanted
    kind, inner = wanted
    return "object" if kind == "object" else f"{kind}({_type_text(inner)})"


def _is_set(value: Value, path: Sequence[str]) -> bool:
    """Tell whether an argument is given somewhere, through whatever lists of blocks lie on its way."""
    if not path:
        return value is not None
    if isinstance(value, Mapping):
        return path[0] in value and _is_set(value[path[0]], path[1:])
    return _is_list(value) and any(_is_set(item, path) for item in value)


def _reference_problems(value: Value, graph: Graph) -> Iterator[str]:
    for ref in dict.fromkeys(refs_in(value)):
        target = graph.resources.get(ref.address)
        if target is None:
            yield f"{ref}: no such resource"
            continue
        if not ref.attribute:
            continue
        kind = (target.mode, target.type)
        attribute = _first_segment(ref.attribute)
        if attribute not in _facts().get(kind, {}):
            yield f"{ref}: {target.type} has no {attribute}"
        elif attribute in _gone().get(kind, {}).get("attributes", ()):
            yield f"{ref}: provider 6 has no {attribute}"


def _ephemeral_problems(resource: Resource, members: _Members) -> Iterator[str]:
    """Keep ephemeral values to write-only arguments and to other ephemeral resources."""
    if resource.mode == "ephemeral":
        return
    for name, value in resource.attributes.items():
        if "w" not in members.get(name, ("",))[0]:
            yield from (f"{name}: not write-only, and {ref} is ephemeral" for ref in _ephemeral(value))


def _ephemeral(value: Value) -> Iterator[Ref]:
    return (ref for ref in refs_in(value) if ref.address.startswith("ephemeral."))


def _meta_problems(resource: Resource, members: _Members, graph: Graph) -> Iterator[str]:
    yield from (f"count: {problem}" for problem in _reference_problems(resource.count, graph))
    aliases = {f"aws.{settings['alias']}" for settings in graph.providers if "alias" in settings}
    if resource.provider is not None and resource.provider not in aliases:
        yield f"provider: {resource.provider} does not exist"
    for address in resource.depends_on:
        if address not in graph.resources:
            yield f"depends_on: {address} does not exist"
    for path in resource.lifecycle.ignore_changes:
        if _first_segment(path) not in members:
            yield f"lifecycle.ignore_changes: {path} is unknown"
    if resource.mode != "resource" and resource.lifecycle != Lifecycle():
        yield "lifecycle: only a managed resource has one"


def _first_segment(path: str) -> str:
    return _SEGMENT_END.split(path, maxsplit=1)[0]


@cache
def _facts() -> Mapping[tuple[str, str], _Members]:
    """Read the members of every type in use, by mode and type."""
    return _read("provider")


@cache
def _gone() -> Mapping[tuple[str, str], Mapping[str, Sequence[str]]]:
    """Read what the newest provider lacks, by mode and type."""
    return _read("provider_v6")


def _read(name: str) -> dict[tuple[str, str], Any]:
    facts = load(name)
    return {(mode, kind): fact for mode in ("resource", "data", "ephemeral") for kind, fact in facts[mode].items()}
