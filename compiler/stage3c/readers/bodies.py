"""The body of a block as the attributes of a resource: arguments evaluated, nested and dynamic blocks as lists of mappings."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from stage3c.diagnostics import Span
from stage3c.graph import Expr, Lifecycle, Value
from stage3c.readers.evaluate import evaluate
from stage3c.readers.nodes import Attribute, Block, Body, Index, Literal, Name, Node, Object, Tuple
from stage3c.readers.provider_schema import block_kinds
from stage3c.readers.results import Scope, pairs, settled, too_heavy, unknown

META: Final = {"count", "for_each", "depends_on", "provider", "providers", "lifecycle", "provisioner", "connection"}
_DYNAMIC: Final = "dynamic"


def attributes_of(body: Body, scope: Scope, mode: str, kind: str) -> dict[str, Value]:
    """All arguments and blocks of a resource, without Terraform's own; what is null is absent."""
    found = _arguments(body, scope, skipped=META)
    nested = block_kinds(mode, kind)
    for name, inner in nested.items():  # only JSON leaves blocks among the arguments
        if name in found:
            found[name] = _listed(found[name], inner)
    return found


def _arguments(body: Body, scope: Scope, skipped: set[str] | frozenset[str] = frozenset()) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, node in body.attributes.items():
        if name == _DYNAMIC and isinstance(node, Object):
            _add_dynamic_json(found, node, scope)
        elif name not in skipped:
            evaluated = evaluate(node, scope)
            value = unknown() if too_heavy(evaluated) else settled(evaluated)
            if value is not None:
                found[name] = value
    for block in body.blocks:
        if block.kind == _DYNAMIC and block.labels:
            _add(found, block.labels[0], _dynamic(block, scope))
        elif block.kind not in skipped:
            _add(found, block.kind, [_arguments(block.body, scope)])
    return found


def _add(found: dict[str, Value], kind: str, blocks: list[Value] | Expr) -> None:
    """Blocks of a kind add up; where some are not known, none of the list is."""
    earlier = found.get(kind, [])
    known = isinstance(blocks, list) and isinstance(earlier, list)
    found[kind] = [*earlier, *blocks] if known else unknown(earlier, blocks)  # type: ignore[misc] # both are lists then


def _dynamic(block: Block, scope: Scope) -> list[Value] | Expr:
    content = next((inner for inner in block.body.blocks if inner.kind == "content"), None)
    over = block.body.attributes.get("for_each")
    iterator = block.body.attributes.get("iterator")
    name = iterator.name if isinstance(iterator, Name) else block.labels[0]
    if content is None or over is None:
        return unknown()
    value = evaluate(over, scope)
    members = pairs(value)
    if members is None:
        return unknown(value)
    return [_arguments(content.body, _with(scope, name, key, each)) for key, each in members]


def _with(scope: Scope, name: str, key: object, value: object) -> Scope:
    return scope.having({name: {"key": key, "value": value}})


def _add_dynamic_json(found: dict[str, Value], node: Object, scope: Scope) -> None:
    """`"dynamic": {"ingress": {"for_each": …, "content": {…}}}`."""
    for key, written in node.members:
        kind = str(key.value) if isinstance(key, Literal) else ""
        for one in written.members if isinstance(written, Tuple) else (written,):
            parts = {k.value: v for k, v in one.members if isinstance(k, Literal)} if isinstance(one, Object) else {}
            members = pairs(evaluate(parts["for_each"], scope)) if "for_each" in parts else None
            content = parts.get("content")
            if members is None or content is None:
                _add(found, kind, unknown())
                continue
            iterator = parts.get("iterator")
            name = str(iterator.value) if isinstance(iterator, Literal) else kind
            _add(found, kind, [settled(evaluate(content, _with(scope, name, k, v))) for k, v in members])


def _listed(value: Value, nested: Mapping[str, Any]) -> Value:
    """A block of JSON as a list of mappings, whether it was written as one or as several; and so the blocks inside."""
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [_nested(member, nested) if isinstance(member, Mapping) else member for member in value]


def _nested(body: Mapping[str, Value], nested: Mapping[str, Any]) -> Mapping[str, Value]:
    return {key: _listed(value, nested[key]) if key in nested else value for key, value in body.items()}


def waits_of(body: Body, prefix: str) -> tuple[str, ...]:
    """The addresses in `depends_on`, of this module."""
    node = body.attributes.get("depends_on")
    members = node.members if isinstance(node, Tuple) else ()
    found = [traversal(member) for member in members]
    return tuple(f"{prefix}{address}" for address in found if address)


def traversal(node: Node) -> str:
    """A reference as written; JSON has it as a text."""
    match node:
        case Name(name=name):
            return name
        case Attribute(base=base, name=name):
            return f"{traversal(base)}.{name}"
        case Index(base=base, key=Literal(value=key)):
            return f'{traversal(base)}["{key}"]' if isinstance(key, str) else f"{traversal(base)}[{key}]"
        case Literal(value=str(text)):
            return text
        case _:
            return ""


def provider_of(body: Body) -> str | None:
    """The provider that a resource names, as its module calls it: aws.east."""
    node = body.attributes.get("provider")
    return traversal(node) or None if node is not None else None


def lifecycle_of(body: Body, scope: Scope) -> Lifecycle:
    """The `lifecycle` block, as far as it matters here."""
    written = [
        _arguments(block.body, scope, {"ignore_changes", "replace_triggered_by"})
        for block in blocks_of(body, "lifecycle")
    ]
    given = next(iter(written), {})
    return Lifecycle(
        given.get("create_before_destroy") is True,
        given.get("prevent_destroy") is True,
        _paths(body, "ignore_changes"),
        _paths(body, "replace_triggered_by"),
    )


def _paths(body: Body, argument: str) -> tuple[str, ...]:
    """What an argument of the lifecycle names, as it is written; it is no expression."""
    lists = [block.body.attributes.get(argument) for block in blocks_of(body, "lifecycle")]
    members = [m for node in lists if node for m in (node.members if isinstance(node, Tuple) else (node,))]
    return tuple(filter(None, map(traversal, members)))  # `all` stands without brackets


def blocks_of(body: Body, kind: str) -> list[Block]:
    """Nested blocks of a kind; of JSON, the object under that key."""
    found = [block for block in body.blocks if block.kind == kind]
    node = body.attributes.get(kind)
    for one in node.members if isinstance(node, Tuple) else (node,):
        if isinstance(one, Object):
            attributes = {str(key.value): value for key, value in one.members if isinstance(key, Literal)}
            found.append(Block(kind, (), Body(attributes, {}, ()), body.spans.get(kind) or Span("")))
    return found
