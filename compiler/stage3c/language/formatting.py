"""The layout of a spec: indentation, spaces between tokens, blank lines, the end of the file.

Values, quotes, comments, anchors and the order of keys stay as they are written. Works on the tokens of YAML, so that nothing
within a token changes but the indentation of its further lines. Pure.
"""

import re
from typing import Any, Final

import yaml
from msgspec import Struct

from stage3c.language.source import LINE_BREAK, LOADER, Document, plain, read

_STEP: Final = 2
_CONTINUED: Final = re.compile(f"({LINE_BREAK.pattern})[ \t]*(?=(.?))", re.DOTALL)
_KEPT_BREAKS: Final = "\u2028\u2029"  # libyaml makes a line feed of all others
_OPENING: Final = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_CLOSING: Final = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_NAMING: Final = (yaml.AnchorToken, yaml.TagToken, yaml.AliasToken)
_AT_MARGIN: Final = (yaml.DirectiveToken, yaml.DocumentStartToken, yaml.DocumentEndToken)


def formatted(document: Document, text: str) -> str:
    """The text of a document in the one layout."""
    new = _Layout(text).written()
    again, _ = read(new.encode(), document.file)
    assert again is not None, "the formatted text is a document"
    assert plain(again.root) == plain(document.root), "formatting keeps every value"
    return new


class _Block(Struct, frozen=True):
    """A mapping or sequence in block style: the column it had, and the one it gets."""

    is_map: bool
    before: int
    column: int
    is_indentless: bool = False
    """A sequence whose dashes stand below the first letter of its key."""


class _Layout:
    """Writes the tokens of one text, each behind the space that belongs before it."""

    def __init__(self, text: str) -> None:
        self._text = text.removeprefix("\ufeff")
        self._out: list[str] = []
        self._blocks: tuple[_Block, ...] = ()
        self._blocks_at_last: tuple[_Block, ...] = ()
        self._flow = 0
        self._end = 0
        self._last: Any = None
        self._starts_key = False
        self._is_fresh = True
        """Whether the next token is the first of its line already: at the beginning, and after a block scalar."""

    def written(self) -> str:
        for token in yaml.scan(self._text, Loader=LOADER):
            self._take(token)
        rest = LINE_BREAK.split(self._text[self._end :])
        self._own_lines(rest if rest[-1].strip() or not self._is_fresh else rest[:-1], 0, None)
        text = "".join(self._out).rstrip("\n" if not _is_block_scalar(self._last) else "")
        return text if text.endswith("\n") or _is_block_scalar(self._last) else f"{text}\n"

    def _take(self, token: Any) -> None:  # noqa: ANN401 - a token of PyYAML, which has no common type of use here
        """Keep the open blocks, and write what is visible."""
        top = self._blocks[-1] if self._blocks else None
        if isinstance(token, yaml.BlockMappingStartToken | yaml.BlockSequenceStartToken):
            is_map = isinstance(token, yaml.BlockMappingStartToken)
            self._open(_Block(is_map, token.start_mark.column, self._inner_column()))
        elif isinstance(token, yaml.BlockEndToken):
            self._blocks = self._blocks[: -2 if top and top.is_indentless else -1]
        elif isinstance(token, yaml.KeyToken) and not self._flow:
            self._blocks = self._blocks[:-1] if top and top.is_indentless else self._blocks
            self._starts_key = True
        elif isinstance(token, yaml.BlockEntryToken) and top and top.is_map:
            self._open(
                _Block(is_map=False, before=token.start_mark.column, column=self._inner_column(), is_indentless=True)
            )
        if token.end_mark.index > token.start_mark.index and not isinstance(token, yaml.StreamEndToken):
            self._flow -= isinstance(token, _CLOSING)
            self._write(token)
            self._flow += isinstance(token, _OPENING)

    def _open(self, block: _Block) -> None:
        self._blocks = (*self._blocks, block)

    def _inner_column(self) -> int:
        """Where what belongs to the innermost block starts, if it has a line of its own."""
        return self._blocks[-1].column + _STEP if self._blocks else 0

    def _flow_column(self, depth: int) -> int:
        """Where a line starts within brackets, by how many are open."""
        top = self._blocks[-1] if self._blocks else None
        return (top.column + _STEP * (not top.is_map) if top else 0) + _STEP * depth

    def _write(self, token: Any) -> None:  # noqa: ANN401 - as above
        gap = self._text[self._end : token.start_mark.index]
        lines = LINE_BREAK.split(gap)
        if self._is_fresh or len(lines) > 1:
            column = self._column(token)
            self._own_lines(lines[:-1], column, token)
            self._out.append(" " * column)
        elif self._last is not None:
            self._out.append(_between(self._last, token))
        text = self._text[token.start_mark.index : token.end_mark.index]
        self._out.append(self._shifted(token, text) if isinstance(token, yaml.ScalarToken) else text)
        self._is_fresh = _is_block_scalar(token)
        self._end, self._last, self._starts_key = token.end_mark.index, token, False
        self._blocks_at_last = self._blocks

    def _column(self, token: Any) -> int:  # noqa: ANN401 - as above
        """Where a token stands that is the first of its line."""
        if isinstance(token, _AT_MARGIN):
            return 0
        outer = self._blocks[-1].column if self._blocks else 0
        if self._flow or isinstance(token, _CLOSING):
            return self._flow_column(self._flow)
        is_entry = isinstance(token, yaml.KeyToken | yaml.BlockEntryToken | yaml.ValueToken)
        return outer if self._starts_key or is_entry else self._inner_column()

    def _own_lines(self, lines: list[str], column: int, token: Any) -> None:  # noqa: ANN401 - as above
        """Write comments and at most one empty line at a time; `lines` starts behind the last token."""
        if not self._is_fresh:
            behind = lines[0].strip()
            self._out.append(f"{' ' * max(1, _indent(lines[0]))}{behind}\n" if behind else "\n")
            lines = lines[1:]
        was_blank = not self._out
        for line in lines:
            comment = line.strip()
            if comment:
                self._out.append(f"{' ' * self._comment_column(_indent(line), column, token)}{comment}\n")
            elif not was_blank:
                self._out.append("\n")
            was_blank = not comment

    def _comment_column(self, before: int, column: int, token: Any) -> int:  # noqa: ANN401 - as above
        """A comment goes with the block whose column it had: the one of the next token, or one that ends before it."""
        if self._flow or isinstance(token, _CLOSING):
            return self._flow_column(self._flow + isinstance(token, _CLOSING))
        top = self._blocks[-1] if self._blocks else None
        is_value = token is not None and not self._starts_key and not isinstance(token, yaml.BlockEntryToken)
        if is_value or (top and top.before == before):
            return column
        around = [*self._blocks_at_last, *self._blocks]
        fitting = [(block.before, number) for number, block in enumerate(around) if block.before <= before]
        return around[max(fitting)[1]].column if fitting else 0

    def _shifted(self, token: Any, text: str) -> str:  # noqa: ANN401 - as above
        """A scalar whose further lines are indented like its new place."""
        inner = self._inner_column() + _STEP * self._flow
        if _is_block_scalar(token):
            return _shifted_block(text, self._blocks[-1].before if self._blocks else 0, inner)

        def continued(match: "re.Match[str]") -> str:
            line_break = match[1] if match[1] in _KEPT_BREAKS else "\n"
            return line_break if LINE_BREAK.match(match[2]) else line_break + " " * inner

        text = re.sub("[ \t]+(?=[\r\n\x85\u2028\u2029])", "", text) if token.plain else text
        return _CONTINUED.sub(continued, text)


def _shifted_block(text: str, parent: int, inner: int) -> str:
    """A block scalar whose lines have moved; what they are indented by beyond its own indentation stays."""
    head, *lines = LINE_BREAK.split(text)
    breaks = LINE_BREAK.findall(text)
    digit = re.match(r"[|>][-+]?([1-9])", head)
    written = [_indent(line) for line in lines if line.strip(" ")]
    old = parent + int(digit[1]) if digit else next(iter(written), max(map(len, lines), default=0))
    new = inner - _STEP + int(digit[1]) if digit else inner
    moved = [line[min(old, _indent(line)) :] for line in lines]
    placed = [f"{' ' * new}{line}" if line else "" for line in moved]
    ends = [each if each in _KEPT_BREAKS else "\n" for each in breaks]
    return "".join(line + end for line, end in zip([head, *placed], [*ends, ""], strict=True))


def _between(last: Any, token: Any) -> str:  # noqa: ANN401 - as above
    """The space between two tokens of one line."""
    if isinstance(last, _OPENING):
        return ""
    closes = isinstance(token, (yaml.FlowEntryToken, *_CLOSING))
    if closes or isinstance(token, yaml.ValueToken):
        return " " if isinstance(last, (yaml.ValueToken, yaml.KeyToken, *_NAMING)) else ""
    return " "


def _is_block_scalar(token: Any) -> bool:  # noqa: ANN401 - as above
    return isinstance(token, yaml.ScalarToken) and token.style in ("|", ">")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
