"""Fixes that are certain: a slip in a key or a word, quotes, true and false, sizes, a lone value where a list belongs.

An edit is made only if the new value is right at its place, and never takes anything away. Pure.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic_core import ErrorDetails

from stage3c.diagnostics import Edit, Path
from stage3c.language.editing import Places
from stage3c.language.faults import (
    annotation_at,
    as_key,
    fits,
    keys_of,
    literals_of,
    meant_size,
    meant_truth,
    model_in,
    near_key,
    wanted_type,
)
from stage3c.language.scalars import resolve
from stage3c.language.source import Document, MapNode, ScalarNode, plain
from stage3c.wording import misspelt

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with these changes; of two that overlap, the later one in the text."""
    place = Places(text)
    end = len(text)
    for edit in sorted(edits, key=lambda each: (each.span.line, each.span.column), reverse=True):
        if place.end(edit.span) <= end:
            start = place.start(edit.span)
            text, end = f"{text[:start]}{edit.text}{text[place.end(edit.span) :]}", start
    return text


def certain_edit(document: Document, path: Path, details: ErrorDetails) -> Edit | None:
    """The edit that mends a fault of shape, if there is only one that can be meant."""
    if "[key]" in details["loc"]:
        return None
    if details["type"] == "extra_forbidden":
        return _renamed(document, path)
    node = document.node(path)
    if not isinstance(node, ScalarNode) or node.extent or node.span.end_line != node.span.line:
        return None
    for text, value in _meant(path, details, node.value, document.text(node.span)):
        if fits(path, value):
            return Edit(node.span, text)
    return None


def _renamed(document: Document, path: Path) -> Edit | None:
    """A slip in a key, if the right one is not there and takes the value."""
    around, near, node = document.node(path[:-1]), _certain_key(path), document.node(path)
    if not near or not isinstance(around, MapNode) or near in around.entries or node is None:
        return None
    span = document.span(path, key=True)
    is_alone = span.end_line == span.line
    return Edit(span, near) if is_alone and fits((*path[:-1], near), plain(node)) else None


def _certain_key(path: Path) -> str | None:
    """The key that an unknown one is a slip of, or the only one that begins like it; what others call it is no evidence."""
    model, near, word = model_in(annotation_at(path[:-1])), near_key(path), as_key(path)
    known = keys_of(model) if model else {}
    alike = [key for key in known if key.startswith(word) or key == misspelt(word, [key])]
    return near if word in known or alike == [near] else None


def _meant(path: Path, details: ErrorDetails, given: Any, written: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - what YAML holds
    """What may have been meant by a plain value: the text to write, and the value that it is."""
    wanted = wanted_type(details["type"])
    if wanted == "literal":
        yield from _words(path, given)
    elif wanted == "bool" and isinstance(given, str):
        text = meant_truth(given)
        yield from [(text, text == "true")] if text else []
    elif wanted == "string" and isinstance(given, bool | int | float):
        yield json.dumps(written), written
    elif wanted in ("int", "float"):
        size = meant_size(path, given)
        yield from [(str(size), size)] if size is not None else []
        if isinstance(given, str) and _NUMBER.fullmatch(given):
            yield given, int(given)
    elif wanted == "list" and isinstance(given, str) and _WORD.fullmatch(written):
        yield f"[{written}]", [given]
    elif details["type"] == "string_pattern_mismatch" and isinstance(given, str) and written == given:
        yield from ((text, text) for text in (given.removeprefix("./"), f"/{given}") if resolve(text) == text)


def _words(path: Path, given: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - as above
    """The allowed word that differs by its type, its case, a hyphen, or a slip."""
    allowed = list(literals_of(annotation_at(path)))
    alike = [word for word in allowed if _plainly(word) == _plainly(given)]
    slip = misspelt(given, [word for word in allowed if isinstance(word, str)]) if isinstance(given, str) else None
    for word in alike[:1] or ([slip] if slip else []):
        needs_quotes = isinstance(word, str) and resolve(word) != word
        yield (json.dumps(word) if needs_quotes else str(word)), word


def _plainly(word: object) -> str:
    return str(word).lower().replace("_", "-")
