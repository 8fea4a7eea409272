"""`format` and `formatlist`, with the verbs of Go as Terraform has them, and JSON as Terraform writes it.

https://developer.hashicorp.com/terraform/language/functions/format (2026-11-24).
"""

import json
import re
from decimal import Decimal
from typing import Any, Final

from stage3c.readers.scalars import Failed, NotKnown, to_bool, to_number, to_text, whole

_REPEATED_MAX: Final = 10**7  # characters
_DIRECTIVE: Final = re.compile(r"([^%]+)|%([-+# 0]*[0-9]*(?:\.[0-9]+)?)(.?)", re.DOTALL)


def formatted(pattern: str, *values: Any) -> str:
    """The outcome of `format`; raises `NotKnown`, or `Failed`."""
    waiting, result = list(values), ""
    for literal, width, verb in _DIRECTIVE.findall(pattern):
        if literal or (verb == "%" and not width):
            result += literal or verb
        elif not waiting:
            raise Failed
        else:
            result += _one(width, verb, waiting.pop(0))
    if waiting:
        raise Failed
    return result


def _one(width: str, verb: str, value: Any) -> str:  # noqa: PLR0911 - one case for each verb
    match verb:
        case "s":
            return _filled(width, to_text(value))
        case "v":
            return _filled(width, _default(value, as_json="#" in width))
        case "t":
            return to_text(to_bool(value))
        case "q":
            return _filled(width, _json(to_text(value)))
        case "b":
            return f"{whole(value):b}"
        case "d" | "x" | "X" | "o":
            return f"%{_narrow(width)}{verb}" % whole(value)
        case "f" | "e":
            return f"%{_narrow(width)}{verb}" % to_number(value)
        case _:
            raise NotKnown


def _default(value: Any, *, as_json: bool) -> str:
    """A value as `%v` has it: a number of more than six digits gets an exponent."""
    if as_json or value is None or isinstance(value, list | dict):
        return _json(value)
    if isinstance(value, str | bool) or value == 0 or 1e-4 <= abs(value) < 1e6:  # noqa: PLR2004 - Go's bounds
        return to_text(value)
    mantissa, _, exponent = f"{Decimal(str(value)).normalize():e}".partition("e")
    return f"{mantissa}e{int(exponent):+03d}"


def _json(value: Any) -> str:
    """A value in JSON, with the characters escaped that Terraform escapes."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _filled(width: str, text: str) -> str:
    """Apply the width of `%-10s`; Go fills up with zeros where one is first in it."""
    if width.startswith("0"):
        raise NotKnown
    return f"%{_narrow(width)}s" % text


def _narrow(width: str) -> str:
    """A width and precision that fill no memory."""
    if re.search(r"[0-9]{4}", width):
        raise NotKnown
    return width


def format_list(pattern: str, *values: Any) -> list[str]:
    """The outcome of `formatlist`: values that are no lists stand in every text."""
    length = max((len(value) for value in values if isinstance(value, list)), default=1)
    repeated = (pattern, *(value for value in values if isinstance(value, str)))
    if length * sum(map(len, repeated)) > _REPEATED_MAX:
        raise NotKnown
    return [formatted(pattern, *(v[n] if isinstance(v, list) else v for v in values)) for n in range(length)]
