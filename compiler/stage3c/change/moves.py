"""Which resources of a new build are those of the previous one under another address, so that Terraform moves them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from stage3c.aws.kinds import known
from stage3c.change.written import Body, Written, kind_at, renamed

_NAMES: Final = ("name", "identifier", "family", "bucket", "alarm_name", "dashboard_name", "cidr_block")
Moves = tuple[tuple[str, str], ...]


def moves(before: Written, after: Written) -> Moves:
    """Old addresses with new: what has the same AWS name, or is the same in every argument, and no other of its type is.

    `moved` blocks of the previous build stay, since a stack may not have been applied in between.
    """
    found: dict[str, str] = {}
    while more := dict(_same(before, after, found)):
        found |= more
    made = {*after.resources, *found}
    earlier = [(old, new) for old, new in before.moved if old not in after.resources and new in made]
    return tuple(sorted({*earlier, *found.items()}))


def _same(before: Written, after: Written, moved: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    old = [each for each in before.resources if each not in after.resources and each not in moved]
    new = [each for each in after.resources if each not in before.resources and each not in moved.values()]
    for identify in (_by_name, _by_everything):
        left = _unique({each: identify(each, renamed(before.resources[each], moved)) for each in old})
        right = _unique({each: identify(each, after.resources[each]) for each in new})
        yield from ((left[identity], right[identity]) for identity in left if identity in right)


def _unique(identities: Mapping[str, str]) -> dict[str, str]:
    """Addresses by identity, of those that no other has."""
    owners: dict[str, list[str]] = defaultdict(list)
    for address, identity in identities.items():
        owners[identity].append(address)
    return {identity: found[0] for identity, found in owners.items() if identity and len(found) == 1}


def _by_name(address: str, body: Body) -> str:
    kind = known(kind_at(address))
    settings = set(kind.settings) if kind else set()
    return (
        _text(address, {key: body.get(key) for key in sorted(settings)})
        if settings & {*_NAMES, *body} & {*_NAMES}
        else ""
    )


def _by_everything(address: str, body: Body) -> str:
    return _text(address, {key: body[key] for key in sorted(body)})


def _text(address: str, values: Mapping[str, Any]) -> str:
    return f"{kind_at(address)} {values!r}"
