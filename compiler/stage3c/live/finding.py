"""What it means to find a resource in an account: the one that Terraform would import for an address.

A finder is asked for candidates. What others refer to is taken from the match of the resource that they refer to, so a
child is looked for where its parent was found.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from stage3c.graph import Expr, Json, Ref, Resource, Text, Value
from stage3c.live.account import Account
from stage3c.live.account import Json as Answer

By = Literal["name", "attachment", "tags", "shape"]

# The one expression with a value of its own that the compiler writes: the one member whose key has a value.
_SELECTION: Final = re.compile(r'one\(\[for o in \{0\} : o\.(\w+) if o\.(\w+) == "([^"\\$%]*)"\]\)')


class Absent(Exception):  # noqa: N818 - not an error, but the answer that nothing can be there
    """Something that the search needs is not known, mostly since the resource that it belongs to is not there."""


@dataclass(frozen=True, slots=True)
class Match:
    """A resource that exists.

    `identity` is what an `import` block takes, `attributes` what others may refer to beside the configured arguments.
    By `shape` or, where it says so, without our tags, a match is no more than likely.
    """

    identity: str
    attributes: Mapping[str, Answer] = field(default_factory=dict)
    by: By = "name"
    certain: bool = True


class Known(dict[str, Answer]):
    """The arguments of a resource as far as they are known; the others raise `Absent` when they are asked for."""

    def __init__(self, arguments: Mapping[str, Answer], stack: str, account: Account) -> None:
        """Take the arguments, and what the search as a whole knows: the tag of the stack, and whom to ask."""
        super().__init__(arguments)
        self.stack = stack
        self.account = account

    def __missing__(self, key: str) -> Answer:
        """Say that the search is over."""
        raise Absent(key)


@dataclass(frozen=True, slots=True)
class Finder:
    """How one type is looked for: whom to ask what, and by which codes AWS says that there is no such thing.

    `argument` is the one whose value AWS keeps apart by itself in an account and region, if the type has one.
    """

    service: str
    find: Callable[[Answer, Known], Iterable[Match]]
    missing: tuple[str, ...] = ()
    argument: str | None = None


def arguments_of(resource: Resource, matches: Mapping[str, Match], given: Mapping[str, Known]) -> dict[str, Answer]:
    """The arguments of a resource whose values are known by now."""
    found = ((name, _values(value, matches, given)) for name, value in resource.attributes.items())
    return {name: values[0] for name, values in found if values}


def pages(client: Answer, operation: str, members: str, **asked: Answer) -> Iterator[Answer]:
    """All members of all pages of an answer."""
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**asked)[members]
        return
    for page in client.get_paginator(operation).paginate(**asked):
        yield from page[members]


def tags_of(told: Answer) -> dict[str, str]:
    """The tags of an answer, which services write in two ways."""
    return {each.get("Key", each.get("key")): each.get("Value", each.get("value")) for each in told or []}


def _values(value: Value, matches: Mapping[str, Match], given: Mapping[str, Known]) -> list[Answer]:  # noqa: PLR0911
    """One value in a list, or an empty list where it is not known; one case for each kind of value."""
    match value:
        case Ref(address=address, attribute=attribute):
            return _attribute(matches.get(address), given.get(address, {}), attribute)
        case Expr():
            return _selected(value, matches, given)
        case Text(parts=parts):
            known = [_values(part, matches, given) for part in parts]
            return ["".join(str(each[0]) for each in known)] if all(known) else []
        case Json():
            return []
        case str() | None:
            return [value]
        case Mapping():
            inner = {key: _values(each, matches, given) for key, each in value.items()}
            return [{key: each[0] for key, each in inner.items() if each}]
        case Sequence():
            return [[each for member in value for each in _values(member, matches, given)]]
        case _:
            return [value]


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
