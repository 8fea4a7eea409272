"""Terraform's plain values: texts, numbers, booleans and sets, how one becomes another, and how large we follow them.

https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion (2026-11-24).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

TEXT_MAX: Final = 200_000
LIST_MAX: Final = 10_000
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


class SetOf(list[Any]):
    """A set: where a list has the place of a member for its key, a set has the member itself."""


class NotKnown(Exception):  # noqa: N818 - no error, but the end of what we follow
    """A call whose outcome we do not know."""


class Failed(NotKnown):
    """A call that Terraform refuses as well."""


def to_text(value: Any) -> str:
    """A primitive as Terraform writes it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(str(value)):f}"
    if not isinstance(value, str | int | float):
        raise NotKnown
    return str(value)


def to_number(value: Any) -> int | float:
    """A number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotKnown
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise Failed
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"-?[0-9]{1,300}", value) else float(value)
    return value


def to_bool(value: Any) -> bool:
    """A boolean, or a text that is one; a number is none, though Python takes 1 for True."""
    if isinstance(value, bool) or value in ("true", "1", "false", "0"):
        return value in (True, "true", "1")
    raise Failed


def whole(value: Any) -> int:
    """A number without a fraction."""
    number = to_number(value)
    if number != int(number):
        raise Failed
    return int(number)


def equal(one: Any, other: Any) -> bool:
    """Terraform's `==`: values of different types differ, also inside of lists and maps."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[key]) for key, value in one.items())
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def bounded(value: Any) -> Any:
    """The value, unless it is larger than we follow."""
    if isinstance(value, str) and len(value) > TEXT_MAX:
        raise NotKnown
    if isinstance(value, list | dict) and len(value) > LIST_MAX:
        raise NotKnown
    return value


def alike(values: Sequence[Any]) -> Sequence[Any]:
    """Members of one type, as lists and sets have them: texts where some are texts."""
    if not all(isinstance(value, str | int | float) for value in values):
        return values
    if any(isinstance(value, str) for value in values):
        return [to_text(value) for value in values]
    if len({isinstance(value, bool) for value in values}) > 1:
        raise Failed
    return values
