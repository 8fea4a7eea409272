"""What the files of one folder declare, in Terraform's language or in JSON, merged as Terraform merges them.

Owns the reading of files and of override files. Evaluates nothing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from stage3c.diagnostics import Fault, Span, clip
from stage3c.readers.nodes import Block, Body, Call, Node
from stage3c.readers.reading import Folder
from stage3c.readers.secrets import without_literals
from stage3c.readers.syntax import json_text, literal_json, parse_hcl
from stage3c.readers.templates import SyntaxFault

_LABELLED: Final = {"resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}
_TOKEN: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]:,]')
_JSON_DEPTH: Final = 3


class Declarations(Struct):
    """Blocks of one module by kind and name; `locals` by name with their places."""

    resources: dict[tuple[str, str, str], Block] = field(default_factory=dict)
    modules: dict[str, Block] = field(default_factory=dict)
    variables: dict[str, Block] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    providers: list[Block] = field(default_factory=list)
    settings: list[Block] = field(default_factory=list)
    locals: dict[str, tuple[Node, Span]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)


def declarations(folder: str, files: Folder) -> Declarations:
    """Read a folder's files in the order of their names, override files last."""
    found = Declarations()
    names = sorted(name for name in files if name.endswith((".tf", ".tf.json")))
    for overriding in (False, True):
        for name in names:
            if _is_override(name) is overriding:
                path = f"{folder.rstrip('/')}/{name}" if folder not in ("", ".") else name
                body = read_file(path, files[name], found)
                for block in body.blocks if body else ():
                    _declare(found, block, overriding=overriding)
    return found


def _is_override(name: str) -> bool:
    stem = name.removesuffix(".json").removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")


def read_file(path: str, data: bytes, found: Declarations) -> Body | None:
    """Parse one file; what is wrong with it is a diagnostic, and its lines are kept."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found.faults.append(_invalid(path, SyntaxFault("the file is not UTF-8 text")))
        return None
    found.lines[path] = text.splitlines()
    try:
        return _json_body(text, path) if path.endswith(".json") else parse_hcl(text, path)
    except SyntaxFault as fault:
        found.lines[path] = without_literals(found.lines[path])
        found.faults.append(_invalid(path, fault))
        return None


def _invalid(path: str, fault: SyntaxFault) -> Fault:
    span = Span(path, fault.line, fault.column, fault.line, fault.column + 1)
    cause = f"{fault.reason}."
    return Fault("AUD101", cause, "correct this line; terraform fmt and terraform validate show details.", span)


def _declare(found: Declarations, block: Block, *, overriding: bool) -> None:
    wanted = _LABELLED.get(block.kind, len(block.labels))
    if len(block.labels) != wanted:
        reason = f'a "{block.kind}" block has {wanted} label{"s" if wanted != 1 else ""}, not {len(block.labels)}'
        found.faults.append(_invalid(block.span.file, SyntaxFault(reason, block.span.line, block.span.column)))
        return
    match block.kind:
        case "resource" | "data" | "ephemeral":
            key = (block.kind, block.labels[0], block.labels[1])
            _put(found, found.resources, key, block, overriding=overriding)
        case "module" | "variable" | "output":
            home: dict[str, Block] = getattr(found, f"{block.kind}s")
            _put(found, home, block.labels[0], block, overriding=overriding)
        case "locals":
            for inner in block.body.blocks:
                reason = f'"{clip(inner.kind)}" is a block, and locals holds values: write "{clip(inner.kind)} = {{"'
                found.faults.append(_invalid(inner.span.file, SyntaxFault(reason, inner.span.line, inner.span.column)))
                found.locals.setdefault(inner.kind, (Call("unknown", ()), inner.span))
            for name, node in block.body.attributes.items():
                at = block.body.spans.get(name, block.span)
                if name in found.locals and not overriding:
                    _say_twice(found, f"local.{name}", found.locals[name][1], at)
                found.locals[name] = (node, at)
        case "provider":
            found.providers.append(block)
        case "terraform":
            found.settings.append(block)


def _put(found: Declarations, home: dict[Any, Block], key: Any, block: Block, *, overriding: bool) -> None:
    earlier = home.get(key)
    if earlier is not None and overriding:
        home[key] = _overridden(earlier, block)
        return
    if earlier is not None:
        _say_twice(found, f"{block.kind} {'.'.join(block.labels)}", earlier.span, block.span)
        return
    home[key] = block


def _say_twice(found: Declarations, name: str, earlier: Span, span: Span) -> None:
    cause = f"{name} is already declared at {earlier.file}:{earlier.line}."
    found.faults.append(Fault("AUD106", cause, "remove or rename one of the two.", span))


def _overridden(base: Block, over: Block) -> Block:
    """Arguments replace arguments, and blocks of a kind all blocks of that kind.

    https://developer.hashicorp.com/terraform/language/files/override (2026-11-24)
    """
    kinds = {_kind(block) for block in over.body.blocks}
    blocks = (*(block for block in base.body.blocks if _kind(block) not in kinds), *over.body.blocks)
    attributes = {**base.body.attributes, **over.body.attributes}
    return replace(base, body=Body(attributes, {**base.body.spans, **over.body.spans}, blocks))


def _kind(block: Block) -> str:
    return block.labels[0] if block.kind == "dynamic" and block.labels else block.kind


def _json_body(text: str, path: str) -> Body:
    """A JSON file as the blocks that it stands for, https://developer.hashicorp.com/terraform/language/syntax/json."""
    document = json_text(text)
    places = _places(text, path)
    if path.endswith(".tfvars.json") and isinstance(document, dict):
        return _flat(document, places, ())
    blocks: list[Block] = []
    for top in document if isinstance(document, list) else [document]:
        if not isinstance(top, dict):
            raise SyntaxFault("the file does not contain a JSON object")
        for kind, content in top.items():
            if kind == "locals" and isinstance(content, dict):
                blocks.append(Block(kind, (), _flat(content, places, (kind,)), places.get((kind,), Span(path))))
            elif kind != "//":
                blocks += _json_blocks(kind, content, _LABELLED.get(kind, 0), (), places, path)
    return Body({}, {}, tuple(blocks))


def _json_blocks(
    kind: str,
    content: Any,
    depth: int,
    labels: tuple[str, ...],
    places: Mapping[tuple[str, ...], Span],
    path: str,
) -> Iterator[Block]:
    at = (kind, *labels)
    if isinstance(content, list):
        for each in content:
            yield from _json_blocks(kind, each, depth, labels, places, path)
    elif not isinstance(content, dict):
        span = places.get(at, Span(path))
        raise SyntaxFault(f'"{kind}" is not a JSON object', span.line, span.column)
    elif depth:
        for label, inner in content.items():
            yield from _json_blocks(kind, inner, depth - 1, (*labels, label), places, path)
    else:
        yield Block(kind, labels, _flat(content, places, at), places.get(at, Span(path)))


def _flat(content: Mapping[str, Any], places: Mapping[tuple[str, ...], Span], at: tuple[str, ...]) -> Body:
    attributes = {key: literal_json(value) for key, value in content.items() if key != "//"}
    return Body(attributes, {key: places[*at, key] for key in attributes if (*at, key) in places}, ())


def _places(text: str, path: str) -> dict[tuple[str, ...], Span]:
    """Where the keys of a JSON text stand, down to the arguments of a resource; the first of equals."""
    found: dict[tuple[str, ...], Span] = {}
    stack: list[tuple[str, bool]] = []  # the key of what is open, and whether it is an object
    line, line_start, position = 1, 0, 0
    pending, expects_key = "", False
    for token in _TOKEN.finditer(text):
        gap = text.count("\n", position, token.start())
        if gap:
            line, line_start = line + gap, text.rfind("\n", 0, token.start()) + 1
        position = token.start()
        match token[0]:
            case "{" | "[":
                stack.append((pending, token[0] == "{"))
                pending, expects_key = "", token[0] == "{"
            case "}" | "]":
                if stack:
                    stack.pop()
            case ",":
                pending, expects_key = "", bool(stack) and stack[-1][1]
            case ":":
                expects_key = False
            case key if expects_key:
                pending, expects_key = key[1:-1], False
                at = (*(part for part, _ in stack if part), pending)
                if len(at) <= _JSON_DEPTH + 1:
                    column = token.start() - line_start + 1
                    found.setdefault(at, Span(path, line, column, line, column + len(key)))
    return found
