"""References to what is declared nowhere in their module, as `terraform validate` looks for them.

Looks at what is written and evaluates nothing, so that a branch that is not taken is looked at as well.
"""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Span
from stage3c.readers.declarations import Declarations
from stage3c.readers.nodes import (
    Attribute,
    Block,
    Body,
    Call,
    For,
    Index,
    Literal,
    Name,
    Node,
    Object,
    Operation,
    Splat,
    Template,
    Tuple,
)
from stage3c.wording import nearest

_ELSEWHERE: Final = frozenset({"each", "count", "self", "path", "terraform", "*"})
_UNREAD: Final = frozenset({"provider", "providers", "ignore_changes"})
_BLOCKS: Final = ("resource", "data", "ephemeral")
_Folders = Mapping[str, Declarations | None]


def dangling(folder: str, folders: _Folders) -> Iterator[tuple[str, str | None, Span]]:
    """What is missing, the nearest name that is declared, and where; nothing of a folder that could not be read whole."""
    declared = folders.get(folder)
    if declared is None or not _is_whole(declared):
        return
    names = _names(folder, declared, folders)
    for words, span in _references(declared):
        if (wanted := _wanted(words, names)) is not None:
            yield ".".join(wanted), nearest(".".join(wanted), (".".join(name) for name in names)), span


def _names(folder: str, declared: Declarations, folders: _Folders) -> set[tuple[str, ...]]:
    """Everything that may be referred to; of a module that was read, each output, and else `*`."""
    found: set[tuple[str, ...]] = {
        (kind, name) if mode == "resource" else (mode, kind, name) for mode, kind, name in declared.resources
    }
    found |= {("var", name) for name in declared.variables} | {("local", name) for name in declared.locals}
    for name, block in declared.modules.items():
        source = block.body.attributes.get("source")
        written = str(source.value) if isinstance(source, Literal) else ""
        path = posixpath.normpath(posixpath.join(folder, written))
        called = folders.get(path) if written.startswith(("./", "../")) else None
        outputs = called.outputs if called is not None and _is_whole(called) else ("*",)
        found |= {("module", name), *(("module", name, output) for output in outputs)}
    return found


def _is_whole(declared: Declarations) -> bool:
    """Tell whether every file of a folder could be read."""
    return bool(declared.lines) and all(found.code != "AUD101" for found in declared.faults)


def _wanted(words: tuple[str, ...], names: set[tuple[str, ...]]) -> tuple[str, ...] | None:
    """As much of a reference as names a declaration, if there is none of that name."""
    first = words[0]
    wanted = words[: 3 if first in ("module", "data", "ephemeral") else 2]
    if first == "module" and len(wanted) == 3 and ("module", wanted[1], "*") in names:  # noqa: PLR2004 - with an output
        return None
    whole = len(wanted) == (3 if first in ("data", "ephemeral") else 2) or (first == "module" and len(wanted) > 1)
    return wanted if whole and wanted not in names else None


def _references(declared: Declarations) -> Iterator[tuple[tuple[str, ...], Span]]:
    blocks = [*declared.resources.values(), *declared.modules.values(), *declared.outputs.values(), *declared.providers]
    for block in blocks:
        yield from _in_body(block.body, _ELSEWHERE, block.span)
    for node, span in declared.locals.values():
        yield from ((words, span) for words in _in_node(node, _ELSEWHERE))


def _in_body(body: Body, bound: frozenset[str], span: Span) -> Iterator[tuple[tuple[str, ...], Span]]:
    for name, node in body.attributes.items():
        at = body.spans.get(name, span)
        if name == "depends_on":
            yield from ((words, at) for words in _waits(node))
        elif name not in _UNREAD:
            inner = bound | _iterators(node) if name == "dynamic" else bound
            yield from ((words, at) for words in _in_node(node, inner))
    for block in body.blocks:
        if block.kind not in _UNREAD:
            yield from _in_body(block.body, bound | _bound_by(block), block.span)


def _bound_by(block: Block) -> frozenset[str]:
    if block.kind != "dynamic":
        return frozenset()
    iterator = block.body.attributes.get("iterator")
    return frozenset({*block.labels, iterator.name} if isinstance(iterator, Name) else block.labels)


def _iterators(node: Node) -> frozenset[str]:
    """The names that JSON's dynamic blocks bind."""
    found: set[str] = set()
    for label, inner in node.members if isinstance(node, Object) else ():
        found |= {str(label.value)} if isinstance(label, Literal) else set()
        for one in inner.members if isinstance(inner, Tuple) else (inner,):
            for key, value in one.members if isinstance(one, Object) else ():
                if key == Literal("iterator") and isinstance(value, Literal):
                    found.add(str(value.value))
    return frozenset(found)


def _waits(node: Node) -> Iterator[tuple[str, ...]]:
    for member in node.members if isinstance(node, Tuple) else ():
        if isinstance(member, Literal):  # as JSON has it
            yield tuple(word.partition("[")[0] for word in str(member.value).split("."))
        else:
            yield from _in_node(member, _ELSEWHERE)


def _in_node(node: Node, bound: frozenset[str]) -> Iterator[tuple[str, ...]]:
    words = _words(node)
    if len(words) > 1 and words[0] not in bound:
        yield words
    for inner, names in _inside(node):
        yield from _in_node(inner, bound | names)


def _words(node: Node) -> tuple[str, ...]:
    """A traversal's names without its keys: `aws_vpc.main[0].id` -> aws_vpc, main, id; empty for anything else."""
    match node:
        case Name(name=name):
            return (name,)
        case Attribute(base=base, name=name):
            words = _words(base)
            return (*words, name) if words else ()
        case Index(base=base):
            return _words(base)
        case _:
            return ()


def _inside(node: Node) -> Iterator[tuple[Node, frozenset[str]]]:
    """The expressions directly inside one, each with the names that it may use besides; not the bases of a traversal."""
    none: frozenset[str] = frozenset()
    match node:
        case Attribute(base=base) | Index(base=base):
            yield from ((key, none) for key in _keys(node))
            while isinstance(base, Attribute | Index):
                base = base.base
            if not isinstance(base, Name):
                yield base, none
        case Splat(base=base, each=each):
            yield from ((base, none), (each, none))
        case Call(arguments=members) | Operation(operands=members) | Tuple(members=members):
            yield from ((member, none) for member in members)
        case Template(parts=parts):
            yield from ((part, none) for part in parts if not isinstance(part, str))
        case Object(members=pairs):
            for key, value in pairs:
                yield key, none
                yield value, _iterators(value) if key == Literal("dynamic") else none
        case For(names=names, over=over, key=made, value=value, condition=condition):
            yield over, none
            yield from ((inner, frozenset(names)) for inner in (made, value, condition) if inner is not None)
        case _:
            return


def _keys(node: Attribute | Index) -> Iterator[Node]:
    step: Node = node
    while isinstance(step, Attribute | Index):
        if isinstance(step, Index):
            yield step.key
        step = step.base
