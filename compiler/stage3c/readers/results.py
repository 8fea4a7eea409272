"""What an expression may come to: values of the graph, and resources and modules on the way to being one.

A value of which nothing is known is an `Expr` that still names what it refers to. What the names of a module mean, a
`Frame` says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

from msgspec import Struct

from stage3c.graph import Expr, Json, Ref, Text, is_known, refs_in
from stage3c.readers.nodes import Node
from stage3c.readers.scalars import NotKnown, SetOf, to_text

Key: TypeAlias = str | int | None


Result: TypeAlias = Any

"""A value of the graph, or a `Whole`, an `Instance` or a `Namespace` on the way to one."""


_STEPS_MAX: Final = 400_000
_TEXT_MAX: Final = 200_000
_PARTS_MAX: Final = 10_000
_WEIGHT_MAX: Final = 100_000
_NEVER_EMPTY: Final = {
    *("address", "arn", "bucket", "cidr_block", "cluster_name", "dns_name", "endpoint", "family", "fqdn", "id", "name"),
    *("repository_url", "vpc_id", "zone_id"),
}


DEPTH_MAX: Final = 150


FAILED: Final = Expr("an error")
"""What Terraform refuses to evaluate, such as a member that is not there: `try` and `can` ask for it."""


class TooLarge(Exception):  # noqa: N818 - not an error of ours
    """Files that are too large, or an evaluation that goes on for too long or too deep."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a resource, or of a module: attributes of it are references, or the module's outputs."""

    address: str
    outputs: Callable[[str], Result] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Whole:
    """A resource or module as declared; keys None: how many there are is not known."""

    address: str
    keys: tuple[Key, ...] | None
    instance: Callable[[Key], Instance] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Namespace:
    """`var`, `local`, `data`, `data.aws_vpc`, `aws_vpc`: something that has members by name."""

    name: str
    member: Callable[[str], Result] = field(compare=False)


class Frame(Protocol):
    """What the names of a module mean."""

    def root(self, name: str) -> Result:
        """The meaning of a name at the start of a traversal."""

    def setting(self, ref: Ref) -> Result:
        """What an attribute was set to in configuration, or the reference itself."""

    def exists(self, ref: Ref) -> bool:
        """Tell whether the instance that a reference means is certain to be there."""

    def content(self, path: str) -> bytes:
        """The bytes of a file inside the folder; raises `Failed` where there is none, `NotKnown` where it may not be read."""

    def template(self, path: str) -> Node:
        """A file as a template; raises as `content` does."""

    def hide(self, value: Result) -> Result:
        """A sensitive value as one that is not known; its text is remembered, so that nothing shows it."""

    def spend(self) -> None:
        """Count a step; raises `TooLarge`."""


class Budget(Struct):
    """How many steps are left, for all modules together."""

    left: int = _STEPS_MAX

    def spend(self) -> None:
        """Count a step."""
        self.left -= 1
        if self.left < 0:
            raise TooLarge


@dataclass(frozen=True, slots=True)
class Scope:
    """A frame, with the names of surrounding for expressions, of `each`, `count`, and of dynamic blocks."""

    frame: Frame
    names: Mapping[str, Result] = field(default_factory=dict)
    depth: int = 0

    def having(self, names: Mapping[str, Result]) -> "Scope":
        """The same with more names."""
        return Scope(self.frame, {**self.names, **names}, self.depth)


def unknown(*values: Result) -> Expr:
    """A value that is not known, with everything that it comes from."""
    refs = dict.fromkeys(ref for value in values for ref in refs_in(settled(value)))
    return Expr("not known", tuple(refs))


def settled(value: Result) -> Result:
    """A result as a value of the graph: what is still a resource as a whole becomes a reference to it."""
    match value:
        case Instance(address=address):
            value = Ref(address, "")
        case Whole():
            value = _referring(value)
        case Namespace(name=name):
            value = Expr(name)
        case dict():
            value = {key: settled(inner) for key, inner in value.items()}
        case list():
            value = [settled(inner) for inner in value]
    return value


def _referring(whole: Whole) -> Ref | Expr:
    """A declared resource as a value: a reference where there is one instance, else an unknown that names them all."""
    if whole.keys == (None,):
        return Ref(whole.address, "")
    refs = tuple(Ref(whole.instance(key).address, "") for key in whole.keys or ())
    return Expr(whole.address, refs or (Ref(whole.address, ""),))


def too_heavy(value: Result) -> bool:
    """Tell whether a value has more members than we follow: a few locals that name each other twice make millions."""
    waiting, weight = [value], 0
    while waiting and weight <= _WEIGHT_MAX:
        each = waiting.pop()
        weight += 1
        if isinstance(each, dict | list):
            weight += len(each)
            waiting += each.values() if isinstance(each, dict) else each
        elif isinstance(each, Json):
            waiting.append(each.value)
    return weight > _WEIGHT_MAX


def is_never_empty(value: Result) -> bool:
    """Tell whether a reference is to an attribute that everything of AWS's has: it is neither null nor empty."""
    return isinstance(value, Ref) and value.attribute in _NEVER_EMPTY


def is_failed(value: Result) -> bool:
    """Tell whether something inside a value is an error for certain."""
    if isinstance(value, dict | list):
        return any(is_failed(each) for each in (value.values() if isinstance(value, dict) else value))
    return bool(value == FAILED)


def is_sure(value: Result, frame: Frame) -> bool:
    """Tell whether a value is certain to be one, and no error: what is not known may be one."""
    value = settled(value)
    refs = tuple(refs_in(value))
    return is_known(value) and all(frame.exists(ref) for ref in refs)


def known(value: Result, frame: Frame) -> Result:
    """A value with every reference replaced by what it was set to; raises `NotKnown` where anything is left."""
    match value:
        case Ref():
            setting = frame.setting(value)
            if isinstance(setting, Ref) and setting == value:
                raise NotKnown
            return known(setting, frame)
        case Text(parts=parts):
            return "".join(to_text(known(part, frame)) for part in parts)
        case Expr() | Json() | Whole() | Instance() | Namespace():
            raise NotKnown
        case dict():
            return {key: known(inner, frame) for key, inner in value.items()}
        case SetOf():
            return SetOf(known(inner, frame) for inner in value)
        case list():
            return [known(inner, frame) for inner in value]
        case _:
            return value


def joined(parts: Sequence[str | Ref | Expr]) -> Result:
    """Parts of a text as one value: plain where all are, else a text with references."""
    merged: list[str | Ref | Expr] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if not merged:
        return ""
    if sum(len(part) for part in merged if isinstance(part, str)) > _TEXT_MAX or len(merged) > _PARTS_MAX:
        return unknown(*merged)
    return merged[0] if len(merged) == 1 else Text(*merged)


def pairs(value: Result) -> list[tuple[Result, Result]] | None:
    """Key and value of each member of a list, map, or resource with instances; None where they are not known."""
    match value:
        case Whole(keys=keys, instance=instance):
            return None if keys is None else [(key, instance(key)) for key in keys]
        case SetOf():
            return [(each, each) for each in value]
        case list():
            return list(enumerate(value))
        case dict():
            return sorted(value.items())
        case _:
            return None
