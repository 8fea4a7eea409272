"""One value of a spec changed in its text, and nothing else: no other byte moves, no comment, quote or line break.

An edit is found by trying the few places where the value can stand, and is believed only if the edited text, read again,
is the same document but for that value. Pure: bytes in, bytes out.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Final

from stage3c.diagnostics import Span
from stage3c.language.scalars import resolve
from stage3c.language.source import LINE_BREAK, Document, MapNode, Node, ScalarNode, plain, read

_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@:-]*[A-Za-z0-9_]|[A-Za-z0-9_]")
_ALIAS: Final = re.compile(r"\s*:\s+(\*[^\s,\[\]{}]+)")


def with_value(data: bytes, file: str, path: Sequence[str], value: str) -> bytes | None:
    """Set the text at a path of keys, where it is written or beside its siblings; None if there is no such edit.

    A value that stands behind an alias or a merge key is written anew in its own mapping, so that nothing else changes.
    """
    document, _ = read(data, file, of_any_tool=True)
    if document is None:
        return None
    wanted = _set(plain(document.root), path, value)
    text = data.decode()
    for start, end, new in _edits(text, document, path, value):
        edited = f"{text[:start]}{new}{text[end:]}".encode()
        again, _ = read(edited, file, of_any_tool=True)
        if again is not None and plain(again.root) == wanted:
            return edited
    return None


def quoted(value: str, quote: str = "") -> str:
    """A word as YAML: with the quotes that it had before, or with those that it needs."""
    if quote or not _PLAIN.fullmatch(value) or not isinstance(resolve(value), str):
        return f"'{value}'" if quote == "'" else f'"{value}"'
    return value


def _set(tree: Any, path: Sequence[str], value: str) -> Any:  # noqa: ANN401 - what YAML holds
    """The same document with this value, and with the mappings on the way to it."""
    tree = deepcopy(tree)
    inner = tree
    for key in path[:-1]:
        if not isinstance(inner.get(key), dict):
            inner[key] = {}
        inner = inner[key]
    inner[path[-1]] = value
    return tree


def _edits(text: str, document: Document, path: Sequence[str], value: str) -> Iterator[tuple[int, int, str]]:
    """Replacements that may set the value, each as start, end and new text; the likeliest first."""
    place = Places(text)
    parent, rest = document.root, list(path)
    while len(rest) > 1 and isinstance(inner := parent.entries.get(rest[0]), MapNode):
        parent, rest = inner, rest[1:]
    written = parent.entries.get(rest[0])
    if isinstance(written, ScalarNode):
        yield from _replaced(place, parent.key_spans[rest[0]], written.span, rest[1:], value)
    entry = f"{rest[0]}: {_nested(rest[1:], value)}"
    yield from _inserted(place, parent, entry)


def _nested(keys: Sequence[str], value: str, quote: str = "") -> str:
    """A value inside the mappings of these keys."""
    return f"{{{keys[0]}: {_nested(keys[1:], value)}}}" if keys else quoted(value, quote)


def _replaced(
    place: "Places", key: Span, old: Span, inside: Sequence[str], value: str
) -> Iterator[tuple[int, int, str]]:
    """The value itself; then an alias in its place; then the nothing after a key that has no value."""
    start, end = place.start(old), place.end(old)
    quote = place.source[start : start + 1]
    yield start, end, _nested(inside, value, quote if quote in ("'", '"') else "")
    after = place.end(key)
    alias = _ALIAS.match(place.source, after)
    if alias:
        yield alias.start(1), alias.end(1), _nested(inside, value)
    if place.source[after : after + 1] == ":":
        yield after + 1, after + 1, f" {_nested(inside, value)}"


def _inserted(place: "Places", parent: MapNode, entry: str) -> Iterator[tuple[int, int, str]]:
    """A new entry: after a sibling of one line, in braces or on a line of its own, or before the first of them."""
    text = place.source
    start = place.start(parent.span)
    siblings = [(key, node) for key, node in parent.entries.items() if isinstance(node, ScalarNode)]
    siblings.sort(key=lambda each: each[0] not in ("build", "image"))
    for key, node in siblings[:3]:
        if _stands_on_one_line(node):
            end = place.end(node.span)
            yield end, end, f", {entry}"
            line_end, line_break = place.line_end(node.span.end_line)
            indent = place.indent(parent.key_spans[key])
            if indent is not None:
                new = f"{indent}{entry}{line_break}" if line_break else f"{place.line_break}{indent}{entry}"
                yield line_end, line_end, new
    if text[start : start + 1] == "{":
        yield start + 1, start + 1, f"{entry}, " if parent.entries else entry
    for span in sorted(parent.key_spans.values(), key=place.start)[:2]:
        indent = place.indent(span)
        if indent is not None:
            yield place.start(span), place.start(span), f"{entry}{place.line_break}{indent}"


def _stands_on_one_line(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.extent is None and node.value is not None


class Places:
    """Where lines and columns are in a text; a byte order mark is in no column."""

    def __init__(self, text: str) -> None:
        """Find the lines once."""
        self.source = text
        breaks = list(LINE_BREAK.finditer(text))
        self._starts = [len(text) - len(text.removeprefix("\ufeff")), *(found.end() for found in breaks)]
        self._breaks = [found[0] for found in breaks]
        self.line_break = self._breaks[0] if self._breaks else "\n"

    def start(self, span: Span) -> int:
        """The offset of the first character."""
        return self._starts[min(span.line, len(self._starts)) - 1] + span.column - 1

    def end(self, span: Span) -> int:
        """The offset behind the last character."""
        return self._starts[min(span.end_line, len(self._starts)) - 1] + span.end_column - 1

    def line_end(self, line: int) -> tuple[int, str]:
        """The offset behind a line and its break, and that break; it is empty at the end of the text."""
        if line > len(self._breaks):
            return len(self.source), ""
        return self._starts[line], self._breaks[line - 1]

    def indent(self, span: Span) -> str | None:
        """What stands before a key on its line, if that is nothing but blanks."""
        start = self.start(span)
        before = self.source[self._starts[bisect(self._starts, start) - 1] : start]
        return before if not before.strip(" ") else None
