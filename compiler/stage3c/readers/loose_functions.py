"""Functions that work on what is only partly known: a list of references is a list all the same."""

import functools
import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from stage3c.graph import Expr, Json, Ref, Text
from stage3c.language.source import plain, read
from stage3c.readers.functions import call
from stage3c.readers.results import Result, Scope, Whole, is_never_empty, joined, known, pairs, settled
from stage3c.readers.scalars import Failed, NotKnown, SetOf, alike, bounded, equal, to_text, whole

_COMPARED_MAX: Final = 500
_OF_YAML_1_1: Final = re.compile(
    r"(?<![\w.'\"-])(?:y|n|yes|no|on|off|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\b.*)(?![\w.'\"-])", re.IGNORECASE
)
"""Words and dates that Terraform, other than we, takes for booleans and times; also where they only stand in a text."""
_SLICED_MAX: Final = 100  # a slice of a list that is not known has as many members as it asks for, or fails


def _list(value: Result) -> list[Result]:
    if isinstance(value, Whole) and value.keys is not None:
        return [value.instance(key) for key in value.keys]
    if not isinstance(value, list):
        raise NotKnown
    return value


def _pairs(value: Result) -> list[tuple[Result, Result]]:
    found = pairs(value)
    if found is None:
        raise NotKnown
    return found


def _concat(_: Scope, *lists: Result) -> Result:
    found: list[Result] = []
    for each in lists:
        found += bounded(_list(each))
        bounded(found)
    return found


def _flatten(scope: Scope, value: Result) -> Result:
    if not isinstance(value, list):
        return [value] if isinstance(value, Ref) else _list(value)
    flat: list[Result] = []
    for member in value:
        if isinstance(member, Expr):
            raise NotKnown
        flat += _flatten(scope, member) if isinstance(member, list) else [member]
        bounded(flat)
    return flat


def _merge(_: Scope, *maps: Result) -> Result:
    found: dict[str, Result] = {}
    for each in maps:
        if each is None:
            continue
        if not isinstance(each, dict):
            raise NotKnown
        found.update(each)
    return found


def _coalesce(_: Scope, *values: Result) -> Result:
    for value in values:
        if isinstance(value, Expr | Ref) and not is_never_empty(value):
            raise NotKnown
        if value not in (None, ""):
            return value
    raise Failed


def _coalesce_list(_: Scope, *lists: Result) -> Result:
    return next(found for each in lists if (found := _list(each)))


def _compact(_: Scope, values: Result) -> Result:
    members = _list(values)
    if any(isinstance(value, Expr | Ref) and not is_never_empty(value) for value in members):
        raise NotKnown
    return [to_text(value) if isinstance(value, int | float) else value for value in members if value not in (None, "")]


def _element(scope: Scope, values: Result, position: Result) -> Result:
    place = whole(known(position, scope.frame))
    if isinstance(values, Ref) and values.attribute and place == 0:
        return Ref(values.address, f"{values.attribute}[0]")
    members = _list(values)
    if not members:
        raise Failed
    if place < 0:  # newer versions of Terraform count from the end of a list
        raise NotKnown
    return members[place % len(members)]


def _lookup(scope: Scope, mapping: Result, key: Result, *default: Result) -> Result:
    plain = to_text(known(key, scope.frame))
    if isinstance(mapping, dict):
        if plain not in mapping and not default:
            raise Failed
        return mapping.get(plain, *default)
    raise NotKnown


def _json_decoded(scope: Scope, value: Result) -> Result:
    """What `jsonencode` made of values that are not all known is those values again."""
    return value.value if isinstance(value, Json) else call("jsondecode", [known(value, scope.frame)])


def _yaml_decoded(scope: Scope, text: Result) -> Result:
    """A mapping in YAML; a list or a single value at the top is not followed."""
    written = str(known(text, scope.frame))
    document, _ = read(written.encode(), "", of_any_tool=True)
    if document is None or _OF_YAML_1_1.search(written):
        raise NotKnown
    return plain(document.root)


def _length(_: Scope, value: Result) -> Result:
    if isinstance(value, str):
        return len(value)
    return len(_pairs(value))


def _one(_: Scope, values: Result) -> Result:
    members = _list(values)
    if len(members) > 1:
        raise Failed
    return members[0] if members else None


def _unique(_: Scope, values: Result, *, sorts: bool = False) -> Result:
    members = _list(values)
    if all(isinstance(value, str | int | float) for value in members):
        return call("toset" if sorts else "distinct", [members])
    found: list[Result] = []
    for value in members:
        if isinstance(value, Expr) or len(found) > _COMPARED_MAX:
            raise NotKnown
        if not any(equal(settled(value), settled(other)) for other in found):
            found.append(value)
    return found


def _tolist(_: Scope, values: Result) -> Result:
    return values if isinstance(values, Ref) and values.attribute else list(alike(_list(values)))


def _set(scope: Scope, values: Result) -> Result:
    if isinstance(values, Ref) and values.attribute:
        return values
    return SetOf(_unique(scope, values, sorts=True))


def _union(scope: Scope, *sets: Result) -> Result:
    return _set(scope, _concat(scope, *sets))


def _product(_: Scope, *sets: Result) -> Result:
    if len(sets) < 2:  # noqa: PLR2004 - as Terraform has it
        raise Failed
    lists = [_list(each) for each in sets]
    if functools.reduce(lambda total, each: total * len(each), lists, 1) > _SLICED_MAX**2:
        raise NotKnown
    found = [list(members) for members in itertools.product(*lists)]
    return SetOf(found) if any(isinstance(each, SetOf) for each in sets) else found


def _zipmap(scope: Scope, keys: Result, values: Result) -> Result:
    names = [to_text(known(key, scope.frame)) for key in _list(keys)]
    return dict(zip(names, _list(values), strict=True))


def _slice(scope: Scope, values: Result, start: Result, end: Result) -> Result:
    first, last = (int(known(each, scope.frame)) for each in (start, end))
    if isinstance(values, Ref) and values.attribute and 0 <= first <= last <= _SLICED_MAX:
        return [Ref(values.address, f"{values.attribute}[{place}]") for place in range(first, last)]
    members = _list(values)
    if not 0 <= first <= last <= len(members):
        raise Failed
    return members[first:last]


def _map(_: Scope, value: Result) -> Result:
    if isinstance(value, Whole) and value.keys is not None:
        return {str(key): value.instance(key) for key in value.keys}
    if not isinstance(value, dict):
        raise NotKnown
    return value


def _tomap(scope: Scope, value: Result) -> Result:
    """A map, whose values have one type."""
    found = _map(scope, value)
    return dict(zip(found, alike(list(found.values())), strict=True))


def _join(_: Scope, separator: Result, *lists: Result) -> Result:
    members = [settled(member) for each in lists for member in _list(each)]
    parts: list[str | Ref | Expr] = []
    for number, member in enumerate(members):
        parts += [separator] * bool(number)
        if isinstance(member, Text):
            parts += member.parts
        else:
            parts.append(member if isinstance(member, Ref | Expr) else to_text(member))
    return joined(parts)


def _format(scope: Scope, pattern: Result, *values: Result) -> Result:
    """With nothing but %s, a text with references in it; otherwise everything must be known."""
    try:
        return call("format", [known(value, scope.frame) for value in (pattern, *values)])
    except NotKnown:
        pieces = pattern.split("%s")
        if any("%" in piece for piece in pieces) or len(pieces) != len(values) + 1:
            raise
    parts: list[str | Ref | Expr] = [pieces[0]]
    for value, piece in zip(values, pieces[1:], strict=True):
        inner = settled(value)
        parts += (
            inner.parts if isinstance(inner, Text) else [inner if isinstance(inner, Ref | Expr) else to_text(inner)]
        )
        parts.append(piece)
    return joined(parts)


def _json(_: Scope, value: Result) -> Result:
    return Json(settled(value))


def _same(_: Scope, value: Result) -> Result:
    return value


def _text(_: Scope, value: Result) -> Result:
    return value if value is None or isinstance(value, Ref | Text) else to_text(value)


LOOSE: Final[Mapping[str, Callable[..., Any]]] = {
    "concat": _concat,
    "flatten": _flatten,
    "merge": _merge,
    "coalesce": _coalesce,
    "coalescelist": _coalesce_list,
    "compact": _compact,
    "element": _element,
    "lookup": _lookup,
    "length": _length,
    "one": _one,
    "distinct": _unique,
    "toset": _set,
    "tolist": _tolist,
    "tomap": _tomap,
    "tostring": _text,
    "keys": lambda _, value: [key for key, _value in _pairs(_map(_, value))],
    "values": lambda _, value: [inner for _key, inner in _pairs(_map(_, value))],
    "setunion": _union,
    "setproduct": _product,
    "zipmap": _zipmap,
    "slice": _slice,
    "reverse": lambda _, values: list(reversed(_list(values))),
    "join": _join,
    "format": _format,
    "jsonencode": _json,
    "jsondecode": _json_decoded,
    "yamldecode": _yaml_decoded,
    "sensitive": lambda scope, value: scope.frame.hide(value),
    "nonsensitive": _same,
}
