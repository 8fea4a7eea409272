"""Keys that stand beside the key that they belong to, because their lines are not indented enough: one fault, and mended.

services:
web:
image: nginx:1.27.3
"""

from collections.abc import Iterator
from typing import Any, Final

from stage3c.diagnostics import Fault, Path, format_path
from stage3c.language.faults import element_of, keys_of, model_in
from stage3c.language.model.stack import Stack
from stage3c.language.source import Document

_STEP: Final = 2


def flattened(document: Document, data: Any) -> Iterator[Fault]:  # noqa: ANN401 - what YAML holds
    """Report each empty key that is followed by its own keys at its own level, and move them below it in `data`."""
    if isinstance(data, dict):
        yield from _sunken(document, data)
    yield from _within(document, data, (), Stack)


def _sunken(document: Document, data: dict[str, Any]) -> Iterator[Fault]:
    """Keys of the spec itself that stand within one of its sections, and hold what belongs to them."""
    top = keys_of(Stack)
    for section in [key for key in data if element_of(top.get(key)) and isinstance(data[key], dict)]:
        for key in [key for key in data[section] if key in top and key not in data]:
            target, value = model_in(top[key]), data[section][key]
            if target and isinstance(value, dict) and value and value.keys() <= keys_of(target).keys():
                data[key] = data[section].pop(key)
                at = document.span((section, key), key=True)
                cause = (
                    f"`{key}` on line {at.line} is a key of the spec itself, not of {section}; it is indented by "
                    f"{at.column - 1} spaces, expected 0."
                )
                yield Fault(
                    "SPEC120", cause, f"remove the indentation of line {at.line} and what belongs to it.", at, (key,)
                )


def _within(document: Document, data: Any, path: Path, annotation: Any) -> Iterator[Fault]:  # noqa: ANN401 - likewise
    if not isinstance(data, dict):
        return
    model = model_in(annotation)
    own = keys_of(model) if model else {}
    for key in list(data):
        inner = own.get(key) if model else element_of(annotation)
        target = model_in(inner) if inner is not None else None
        if data.get(key, "") is None and target and (moved := _belonging(data, key, keys_of(target), own)):
            data[key] = {name: data.pop(name) for name in moved}
            yield _fault(document, (*path, key), moved)
        if inner is not None:
            yield from _within(document, data.get(key), (*path, key), inner)


def _belonging(data: dict[str, Any], key: str, theirs: dict[str, Any], own: dict[str, Any]) -> list[str]:
    """The keys directly after an empty one that only its own mapping knows."""
    after = list(data)[list(data).index(key) + 1 :]
    end = next((number for number, name in enumerate(after) if name not in theirs or name in own), len(after))
    return after[:end]


def _fault(document: Document, path: Path, moved: list[str]) -> Fault:
    first = document.span((*path[:-1], moved[0]), key=True)
    last = document.span((*path[:-1], moved[-1]), key=True).line
    lines = f"line {first.line}" if last == first.line else f"lines {first.line} to {last}"
    expected = first.column - 1 + _STEP
    cause = (
        f"{format_path(path)} is empty, and `{moved[0]}` on line {first.line}, which belongs to it, is indented by "
        f"{first.column - 1} spaces; expected {expected}."
    )
    return Fault("SPEC120", cause, f"indent {lines} by {expected} spaces.", first, path)
