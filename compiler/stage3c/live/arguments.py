"""The arguments of a resource as far as they are known: what it refers to is taken from the matches of others."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from stage3c.aws.kinds.kind import Json as Answer
from stage3c.aws.kinds.kind import Known, Match
from stage3c.graph import Expr, Json, Ref, Resource, Text, Value, refs_in

# The one expression with a value of its own that the compiler writes: the one member whose key has a value.
_SELECTION: Final = re.compile(r'one\(\[for o in \{0\} : o\.(\w+) if o\.(\w+) == "([^"\\$%]*)"\]\)')


def arguments_of(resource: Resource, matches: Mapping[str, Match], given: Mapping[str, Known]) -> dict[str, Answer]:
    """The arguments of a resource whose values are known by now."""
    found = ((name, _values(value, matches, given)) for name, value in resource.attributes.items())
    return {name: values[0] for name, values in found if values}


def _values(value: Value, matches: Mapping[str, Match], given: Mapping[str, Known]) -> list[Answer]:  # noqa: PLR0911
    """One value in a list, or an empty list where it is not known; one case for each kind of value."""
    match value:
        case Ref(address=address, attribute=attribute):
            return _attribute(matches.get(address), given.get(address, Known()), attribute)
        case Expr():
            return _selected(value, matches, given)
        case Text(parts=parts):
            known = [_values(part, matches, given) for part in parts]
            return ["".join(str(each[0]) for each in known)] if all(known) else []
        case Json(value=document):
            return _values(document, matches, given) if _is_known(document, matches, given) else []
        case str() | None:
            return [value]
        case Mapping():
            inner = {key: _values(each, matches, given) for key, each in value.items()}
            return [{key: each[0] for key, each in inner.items() if each}]
        case Sequence():
            return [[each for member in value for each in _values(member, matches, given)]]
        case _:
            return [value]


def _is_known(value: Value, matches: Mapping[str, Match], given: Mapping[str, Known]) -> bool:
    """Whether all that a document refers to is known; a part of a document is not worth comparing."""
    return all(_attribute(matches.get(r.address), given.get(r.address, Known()), r.attribute) for r in refs_in(value))


def _attribute(match: Match | None, arguments: Mapping[str, Answer], attribute: str) -> list[Answer]:
    if match is None:
        return []
    found = {"id": match.identity, **match.attributes}.get(attribute, arguments.get(attribute))
    return [] if found is None else [found]


def _selected(value: Expr, matches: Mapping[str, Match], given: Mapping[str, Known]) -> list[Answer]:
    selection = _SELECTION.fullmatch(value.template)
    members = _values(value.refs[0], matches, given) if selection and value.refs else []
    if not selection or not members:
        return []
    attribute, key, wanted = selection.groups()
    found = [member.get(attribute) for member in members[0] if member.get(key) == wanted]
    return found if len(found) == 1 else []
