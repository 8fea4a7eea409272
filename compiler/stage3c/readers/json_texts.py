"""A JSON document as the parts of a text: what `jsonencode` makes inside of a template.

Decides how unknown values appear in the text. Evaluates nothing.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain

from stage3c.graph import Expr, Json, Ref, Text
from stage3c.readers.results import Result, unknown

Part = str | Ref | Expr


def json_parts(value: Result) -> Iterator[Part]:
    """The parts of a document; an unknown value is quoted, whatever its type."""
    match value:
        case dict():
            yield from _listed("{", ((json.dumps(key), ":", *json_parts(inner)) for key, inner in value.items()), "}")
        case list():
            yield from _listed("[", (tuple(json_parts(inner)) for inner in value), "]")
        case Text(parts=parts):
            yield from _quoted(parts)
        case Json(value=inner):
            yield from _quoted(json_parts(inner))
        case None | bool() | int() | float() | str():
            yield json.dumps(value)
        case _:
            yield from _quoted([value if isinstance(value, Ref | Expr) else unknown(value)])


def _quoted(parts: Iterable[Part]) -> Iterator[Part]:
    yield '"'
    yield from (json.dumps(part)[1:-1] if isinstance(part, str) else part for part in parts)
    yield '"'


def _listed(start: str, members: Iterable[tuple[Part, ...]], end: str) -> Iterator[Part]:
    yield start
    for position, member in enumerate(members):
        yield from chain([","] if position else [], member)
    yield end
