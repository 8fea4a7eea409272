"""Plain scalars of YAML 1.2's core schema: `no` is text, and a number is one of bounded length."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

Scalar: TypeAlias = "None | bool | int | float | str"

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]{1,300}|[0-9]{1,300}(\.[0-9]{0,300})?)([eE][-+]?[0-9]{1,3})?")
_WORDS: Final[Mapping[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def resolve(text: str) -> Scalar:
    """Give a plain scalar its type by YAML 1.2's core schema, https://yaml.org/spec/1.2.2/#103-core-schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if not text.lstrip("+-").isdigit() and _FLOAT.fullmatch(text):
        return float(text)
    return text
