"""YAML text -> a tree of nodes that know where they stand.

Owns the YAML dialect: version 1.2's core types (so `no` is text, not false), text keys, merge keys, no tags. Refuses what
hides mistakes or hurts: duplicate keys, aliases that explode, depth without end. Does no I/O: the bytes come from `files`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import yaml
from msgspec import Struct, field

from stage3c.diagnostics import Fault, Path, Span
from stage3c.disclosure import controls_in
from stage3c.language.foreign import foreign_fault
from stage3c.language.layout import layout_fault, repeated_keys
from stage3c.language.scalars import Scalar, resolve

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_NODES: Final = 200_000  # after aliases are followed
MAX_DEPTH: Final = 64

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LINE_BREAK: Final = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line in YAML 1.1, by which libyaml counts them: https://yaml.org/spec/1.1/#id871136 (from memory)."""
_STRING_TAG: Final = "tag:yaml.org,2002:str"


class ScalarNode(Struct, frozen=True):
    """A text, number, truth value or nothing."""

    value: Scalar
    span: Span
    weight: int = 1
    extent: Span | None = None
    """From the first to the last character, where it goes over several lines."""


class ListNode(Struct, frozen=True):
    """A sequence."""

    items: tuple["Node", ...]
    span: Span
    weight: int


class MapNode(Struct, frozen=True):
    """A mapping; every key keeps the place where it was written."""

    entries: Mapping[str, "Node"]
    key_spans: Mapping[str, Span]
    span: Span
    weight: int


Node: TypeAlias = ScalarNode | ListNode | MapNode


class Document(Struct, frozen=True):
    """A parsed file: its tree and its lines."""

    file: str
    root: MapNode
    lines: tuple[str, ...]

    def span(self, path: Path, *, key: bool = False) -> Span:
        """The place of a value, or of its key, or of the nearest thing around it that was written."""
        node: Node = self.root
        span = Span(self.file) if not path else node.span
        for position, part in enumerate(path):
            child = _child(node, part)
            if child is None:
                break
            at_key = key and position == len(path) - 1
            span = _key_span(node, part) if at_key or isinstance(child, MapNode | ListNode) else child.span
            node = child
        return span

    def node(self, path: Path) -> Node | None:
        """What was written at this path, if anything."""
        node: Node | None = self.root
        for part in path:
            node = _child(node, part) if node else None
        return node

    def text(self, span: Span) -> str:
        """What stands at a place of one line."""
        return self.lines[span.line - 1][span.column - 1 : span.end_column - 1]

    def has(self, path: Path) -> bool:
        """Tell whether something was written at this path."""
        return self.node(path) is not None


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """Carries the one fault that ends the reading."""

    def __init__(self, code: str, cause: str, fix: str, span: Span) -> None:
        super().__init__(cause)
        self.fault = Fault(code, cause, fix, span)


def read(data: bytes, file: str, *, of_any_tool: bool = False) -> tuple[Document | None, list[Fault]]:
    """Parse one YAML document, a spec unless `of_any_tool`; duplicate keys are reported together, anything worse ends it."""
    text = ""
    try:
        text = _decode(data, file)
        if not of_any_tool and (foreign := foreign_fault(text, file)):
            return None, [foreign]
        composer = _Composer(file)
        root = composer.compose(text)
        if composer.problems:
            return None, _told_once(composer.problems, text)
        if not isinstance(root, MapNode):
            raise _Refused(*_NOT_A_MAPPING, Span(file))  # noqa: TRY301 - one exit for all refusals
        return Document(file, root, tuple(text.splitlines())), []
    except _Refused as refused:
        return None, [refused.fault]
    except yaml.YAMLError as error:
        return None, [_yaml_error(error, file, text.splitlines())]


def plain(node: Node) -> Any:  # noqa: ANN401 - what YAML holds
    """Turn a tree into plain dicts, lists and scalars."""
    if isinstance(node, MapNode):
        return {key: plain(value) for key, value in node.entries.items()}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return node.value


def overlay(base: Node, over: Node) -> Node:
    """Merge deeply: mappings key by key, everything else replaced, null takes a key away (as RFC 7396 has it)."""
    if not (isinstance(base, MapNode) and isinstance(over, MapNode)):
        return over
    entries = dict(base.entries)
    spans = dict(base.key_spans)
    for key, value in over.entries.items():
        if isinstance(value, ScalarNode) and value.value is None:
            entries.pop(key, None)
            spans.pop(key, None)
        else:
            entries[key] = overlay(entries[key], value) if key in entries else value
            spans[key] = over.key_spans[key]
    return MapNode(entries, spans, base.span, base.weight)


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        cause = f"the file has {len(data):,} bytes; a spec of 200 services has about 100,000."
        raise _Refused("SPEC002", cause, f"split it into specs of at most {MAX_BYTES:,} bytes.", Span(file))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        cause = f"byte {error.start} (0x{data[error.start]:02x}) on line {line} is not UTF-8."
        span = Span(file, line, 1, line, 1)
        raise _Refused("SPEC003", cause, "save the file as UTF-8.", span) from None
    if not text.strip():
        raise _Refused("SPEC004", "the file is empty.", "start from a copy of specs/minimal.yaml.", Span(file))
    return text


_NOT_A_MAPPING: Final = (
    "SPEC004",
    "the document is a list, a single value, or only comments.",
    "write `stage3c: 1` and `project: shop` without indentation, or start from a copy of specs/minimal.yaml.",
)

_TOO_DEEP: Final = (
    f"the spec is nested more than {MAX_DEPTH} levels deep.",
    "remove the extra brackets or indentation here.",
)
_LIBYAML_TOO_DEEP: Final = "exceeded maximum nesting depth"  # libyaml 0.2.6 and later, at 1000 levels


def _told_once(problems: list[Fault], text: str) -> list[Fault]:
    """Keys that are repeated because a line between them is indented too far are one fault."""
    repeated = all(problem.code == "SPEC009" for problem in problems)
    return repeated_keys(problems, text.splitlines()) if repeated else problems


def _yaml_error(error: yaml.YAMLError, file: str, lines: list[str]) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if line > len(lines):  # the end of the file: point behind its last character
        line, column = len(lines), len(lines[-1]) + 1
    span = Span(file, line, column, line, column + 1)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "the text cannot be read"
    if problem == _LIBYAML_TOO_DEEP:
        return Fault("SPEC006", *_TOO_DEEP, span)
    context = getattr(error, "context", None)
    began = getattr(error, "context_mark", None)
    explained = layout_fault(problem, context or "", lines, span, began.line + 1 if began else span.line)
    if explained:
        return explained
    cause = f"{problem}, {context}." if context else f"{problem}."
    fix = "check the indentation, colons, quotes and brackets on this line and the one before."
    return Fault("SPEC001", cause, fix, span)


class _Open(Struct):
    """A collection whose end has not come yet."""

    is_map: bool
    span: Span
    anchor: str | None
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    key_spans: dict[str, Span] = field(default_factory=dict)
    merges: list[Node] = field(default_factory=list)
    key: tuple[str, Span] | None = None
    weight: int = 1


class _Composer:
    """Builds the tree from libyaml's events, without recursion; lives for one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Fault] = []
        self.anchors: dict[str, Node | None] = {}
        self.open: list[_Open] = []
        self.root: Node | None = None

    def compose(self, text: str) -> Node | None:
        documents = 0
        for event in yaml.parse(text, Loader=LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    cause = 'a second YAML document starts here, after "---".'
                    raise self._refuse("SPEC005", cause, "move it to a file of its own, or remove the `---`.", event)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
        return self.root

    def _node(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event), event)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        else:
            if len(self.open) >= MAX_DEPTH:
                raise self._refuse("SPEC006", *_TOO_DEEP, event)
            self._check_tag(event)
            if self.open and self.open[-1].is_map and self.open[-1].key is None:
                raise self._refuse(
                    "SPEC007",
                    "the key is a list or mapping.",
                    "write a plain word as the key, such as `project`.",
                    event,
                )
            if event.anchor:
                self.anchors[event.anchor] = None
            self.open.append(_Open(isinstance(event, yaml.MappingStartEvent), self._span(event), event.anchor))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top = self.open[-1] if self.open else None
        span = self._span(event)
        hidden = controls_in(event.value)
        if hidden:
            self._control(hidden, span)
        if top and top.is_map and top.key is None:
            if event.value in top.entries and event.value != "<<":
                self._duplicate(event.value, span, top.key_spans[event.value])
            top.key = (event.value, span)
            if event.anchor:
                self.anchors[event.anchor] = ScalarNode(event.value, span)
            return
        self._check_tag(event)
        is_plain = event.implicit[0] and event.tag != _STRING_TAG
        node = ScalarNode(resolve(event.value) if is_plain else event.value, span, 1, self._extent(event))
        if event.anchor:
            self.anchors[event.anchor] = node
        self._add(node, event)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        node = self.anchors.get(event.anchor or "")
        if node is None:
            known = "refers to the value that contains it" if event.anchor in self.anchors else "has no anchor above"
            fix = "write the value instead of the alias; a text that starts with * needs quotes."
            raise self._refuse("SPEC008", f"this alias {known}.", fix, event)
        return node

    def _add(self, node: Node, event: yaml.Event | None) -> None:
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        top.weight += node.weight
        if top.weight > MAX_NODES:
            cause = f"the aliases expand to more than {MAX_NODES:,} values."
            raise _Refused("SPEC002", cause, "remove aliases that repeat other aliases.", top.span)
        if not top.is_map:
            top.items.append(node)
        elif top.key is None:
            raise self._refuse("SPEC007", "the key is an alias.", "write a plain word as the key.", event)
        else:
            self._add_entry(top, top.key, node)
            top.key = None

    def _add_entry(self, top: _Open, key: tuple[str, Span], node: Node) -> None:
        name, span = key
        if name != "<<":
            top.entries[name] = node
            top.key_spans[name] = span
            return
        merged = node.items if isinstance(node, ListNode) else (node,)
        for item in merged:
            if not isinstance(item, MapNode):
                cause = 'the value of "<<" is not a mapping.'
                raise _Refused("SPEC008", cause, "write an alias of a mapping, such as `<<: *defaults`.", span)
        top.merges.extend(merged)

    def _close(self) -> None:
        top = self.open.pop()
        node: Node
        if top.is_map:
            for merged in top.merges:
                assert isinstance(merged, MapNode)
                for key, value in merged.entries.items():
                    if key not in top.entries:
                        top.entries[key] = value
                        top.key_spans[key] = merged.key_spans[key]
            node = MapNode(top.entries, top.key_spans, top.span, top.weight)
        else:
            node = ListNode(tuple(top.items), top.span, top.weight)
        if top.anchor:
            self.anchors[top.anchor] = node
        self._add(node, None)

    def _duplicate(self, key: str, span: Span, first: Span) -> None:
        cause = f'"{key}" is already set on line {first.line}.'
        self.problems.append(Fault("SPEC009", cause, "remove one of the two.", span))

    def _control(self, found: list[str], span: Span) -> None:
        cause = f"the text has invisible characters: {', '.join(dict.fromkeys(f'U+{ord(c):04X}' for c in found[:3]))}."
        fix = "type the text again; text copied from a web page or a document often has such characters."
        self.problems.append(Fault("SPEC011", cause, fix, span))

    def _check_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", _STRING_TAG):
            fix = "remove the tag; a text that starts with ! needs quotes."
            raise self._refuse("SPEC010", "YAML tags are not supported.", fix, event)

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        if end.line > start.line or end.column <= start.column:
            return Span(self.file, start.line + 1, start.column + 1, start.line + 1, start.column + 2)
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _extent(self, event: yaml.Event) -> Span | None:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None or end.line == start.line:
            return None
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _refuse(self, code: str, cause: str, fix: str, event: yaml.Event | None) -> _Refused:
        return _Refused(code, cause, fix, self._span(event) if event else Span(self.file))


def _child(node: Node, part: str | int) -> Node | None:
    if isinstance(node, MapNode):
        return node.entries.get(str(part))
    if isinstance(node, ListNode) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def _key_span(node: Node, part: str | int) -> Span:
    if isinstance(node, MapNode):
        return node.key_spans[str(part)]
    assert isinstance(node, ListNode)
    return node.items[int(part)].span


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every value of a tree with its path."""
    yield path, node
    if isinstance(node, MapNode):
        for key, value in node.entries.items():
            yield from walk(value, (*path, key))
    elif isinstance(node, ListNode):
        for position, item in enumerate(node.items):
            yield from walk(item, (*path, position))
