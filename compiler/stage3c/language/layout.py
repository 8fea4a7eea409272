"""Where the layout of a YAML text is wrong: indentation, a missing colon, an open quote or bracket, a character to quote.

Names keys of the spec language and line numbers, never a value: whatever cannot be parsed may hold a secret.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from stage3c.diagnostics import Fault, Span
from stage3c.language.model.base import Part

_ENTRY: Final = re.compile(r"( *)(?:- +)*([A-Za-z_][\w.-]{0,60})[ ]*:(?:\s|$)(.*)")
_NO_COLON: Final = re.compile(r"( *)([A-Za-z_]\w{0,60})(?=[ :]\S|\s*(#.*)?$)")
_OPENING: Final = {"]": "[", "}": "{"}


def layout_fault(problem: str, context: str, lines: Sequence[str], at: Span, began: int) -> Fault | None:  # noqa: PLR0911 - one exit a kind
    """Explain libyaml's problem at a place of a text, or None; `began` is the line where the construct began."""
    line = lines[at.line - 1] if at.line <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _tab(at, line)
    if "expected ':'" in problem:
        return _no_colon(lines, began, at.file)
    if "quoted scalar" in context:
        cause, fix = (
            f"the quote opened on line {began} is never closed.",
            "add the closing quote at the end of the text.",
        )
        return Fault("SPEC001", cause, fix, _line_span(at.file, began, lines))
    if "flow" in context and problem.startswith("did not find expected ','"):
        closing = problem.rstrip("'")[-1]
        cause = (
            f"the `{_OPENING.get(closing, '{')}` opened on line {began} is not closed, or a comma is missing after it."
        )
        return Fault("SPEC001", cause, f"add `{closing}` at the end, or a comma between two entries.", at)
    if "cannot start any token" in problem:
        cause = f"a plain text cannot start with `{line[at.column - 1 : at.column]}`."
        return Fault("SPEC001", cause, "put the whole value in double quotes.", at)
    if problem.startswith("mapping values are not allowed"):
        return _second_colon(lines, at)
    if "did not find expected key" in problem or "'-' indicator" in problem:
        return indentation_fault(lines, at.line, at.file)
    return None


def indentation_fault(lines: Sequence[str], number: int, file: str) -> Fault | None:
    """Say which indentations would be right for a line whose own fits none of the open blocks."""
    found = _indent(lines[number - 1])
    open_blocks: dict[int, int] = {}
    for earlier in range(1, number):
        text = lines[earlier - 1]
        if text.strip() and not text.lstrip().startswith("#"):
            indent = _indent(text)
            open_blocks = {level: at for level, at in open_blocks.items() if level < indent} | {indent: earlier}
    if not open_blocks or found in open_blocks:
        return None
    above = max((level for level in open_blocks if level > found), default=None)
    below = max((level for level in open_blocks if level < found), default=None)
    best = above if above is not None else below
    assert best is not None
    like = f", like {_named(lines, open_blocks[best])}"
    other = f", or {_spaces(below)}, like {_named(lines, open_blocks[below])}" if below not in (None, best) else ""
    cause = f"{_named(lines, number)} is indented by {_spaces(found)}; expected {_spaces(best)}{like}{other}."
    return Fault("SPEC120", cause, f"indent line {number} by {_spaces(best)}.", _line_span(file, number, lines))


def repeated_keys(faults: Sequence[Fault], lines: Sequence[str]) -> list[Fault]:
    """Keys that are set twice below a key that is empty: one fault, of that key's indentation."""
    first = min((fault.span.line for fault in faults), default=1)
    above = _line_before(lines, first)
    entry = _ENTRY.fullmatch(lines[above - 1]) if above else None
    indent = _indent(lines[first - 1])
    if not entry or entry[3].partition("#")[0].strip() or len(entry[1]) != indent or indent == 0:
        return list(faults)
    parent = next(
        (n for n in range(above - 1, 0, -1) if _is_content(lines[n - 1]) and _indent(lines[n - 1]) < indent), 0
    )
    if not parent:
        return list(faults)
    expected = _indent(lines[parent - 1])
    cause = (
        f"line {above} is indented by {_spaces(indent)} and is empty, so the keys below it repeat those of line {parent}; "
        f"expected {_spaces(expected)}, like {_named(lines, parent)}."
    )
    return [
        Fault(
            "SPEC120",
            cause,
            f"indent line {above} by {_spaces(expected)}.",
            _line_span(faults[0].span.file, above, lines),
        )
    ]


def _no_colon(lines: Sequence[str], number: int, file: str) -> Fault | None:
    match = _NO_COLON.match(lines[number - 1])
    word = match[2] if match and match[2] in _keys() else ""
    span = _line_span(file, number, lines)
    if match and lines[number - 1][match.end() : match.end() + 1] == ":":
        said = f"`{word}`" if word else "the key"
        return Fault(
            "SPEC001", f"a space is missing after the colon of {said}.", f"write `{word or 'key'}: value`.", span
        )
    said = f"`{word}`" if word else f"the first word of line {number}"
    return Fault("SPEC001", f"a colon is missing after {said}.", f"write `{word or 'key'}: value`.", span)


def _second_colon(lines: Sequence[str], at: Span) -> Fault | None:
    """A `: ` where no key can stand: the line above has no colon, this line is too deep, or the value needs quotes."""
    above = _line_before(lines, at.line)
    if ": " in lines[at.line - 1][: at.column - 1]:
        return Fault("SPEC001", "the value contains a colon and a space.", "put the whole value in double quotes.", at)
    here, before = lines[at.line - 1], lines[above - 1] if above else ""
    if _ENTRY.match(here[: at.column + 1]) and above and _indent(here) > _indent(before):
        if not _ENTRY.match(before):
            return _no_colon(lines, above, at.file)
        expected = _indent(before)
        cause = (
            f"{_named(lines, at.line)} is indented by {_spaces(_indent(here))}, below a key that has a value already; "
            f"expected {_spaces(expected)}, like {_named(lines, above)}."
        )
        fix = f"indent line {at.line} by {_spaces(expected)}."
        return Fault("SPEC120", cause, fix, _line_span(at.file, at.line, lines))
    if _ENTRY.match(here[: at.column + 1]) and above and not _ENTRY.match(before):
        return _no_colon(lines, above, at.file)
    return Fault("SPEC001", "the value contains a colon and a space.", "put the whole value in double quotes.", at)


def _tab(at: Span, line: str) -> Fault:
    indent = line[: len(line) - len(line.lstrip())]
    spaces = _spaces(2 * indent.count("\t") + indent.count(" "))
    cause = f"line {at.line} is indented with a tab; YAML allows only spaces."
    return Fault("SPEC120", cause, f"replace the tab with spaces, for example {spaces}.", at)


@cache
def _keys() -> frozenset[str]:
    """Every key of the spec language."""
    return frozenset(field.alias or name for part in Part.__subclasses__() for name, field in part.model_fields.items())


def _named(lines: Sequence[str], number: int) -> str:
    """The key of a line, if the language knows it, and the number of the line."""
    entry = _ENTRY.match(lines[number - 1])
    return f"`{entry[2]}` on line {number}" if entry and entry[2] in _keys() else f"line {number}"


def _line_before(lines: Sequence[str], number: int) -> int:
    return next((n for n in range(number - 1, 0, -1) if _is_content(lines[n - 1])), 0)


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _spaces(count: int | None) -> str:
    return "1 space" if count == 1 else f"{count} spaces" if count else "0 spaces"


def _line_span(file: str, number: int, lines: Sequence[str]) -> Span:
    text = lines[number - 1]
    start = _indent(text)
    return Span(file, number, start + 1, number, max(len(text.rstrip()), start + 1) + 1)
