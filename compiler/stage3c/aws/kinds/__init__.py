"""What the program knows about each AWS type: one file a type, found by its name. Nothing lists them."""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from stage3c.aws.kinds.kind import Kind


@cache
def known(kind: str) -> Kind | None:
    """The kind of a type, or None for a type that has no file."""
    name = f"{__name__}.{kind}"
    if not kind.startswith("aws_") or not kind.isidentifier() or find_spec(name) is None:
        return None
    found: Kind = import_module(name).KIND
    assert found.type == kind, f"{name} describes {found.type}"
    return found


def kind_of(kind: str) -> Kind:
    """The kind of a type that the compiler emits; a missing file is a bug."""
    found = known(kind)
    assert found is not None, f"{kind} has no file in aws/kinds"
    return found


def all_kinds() -> Iterator[Kind]:
    """Every known kind, by name."""
    names = (module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("aws_"))
    return (kind_of(name) for name in sorted(names))


@cache
def removal_order() -> tuple[Kind, ...]:
    """The kinds that can be deleted, each behind those that must go before it."""
    left = {kind.type: kind for kind in all_kinds() if kind.removal}
    order: list[Kind] = []
    while left:
        ready = [each for each in left.values() if each.removal and not set(each.removal.after) & set(left)]
        assert ready, f"these wait for each other: {sorted(left)}"
        order += ready
        left = {name: each for name, each in left.items() if each not in ready}
    return tuple(order)
