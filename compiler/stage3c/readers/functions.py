"""Terraform's functions over values that are known, as far as people use them in stacks.

Owns their meaning (https://developer.hashicorp.com/terraform/language/functions, 2026-11-24). What reads files, the clock
or randomness is unknown to us, and so is every name that is not here. A wrong argument raises, which makes the call unknown.
"""

import base64
import hashlib
import ipaddress
import itertools
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote_plus

_TEXT_MAX: Final = 200_000
_LIST_MAX: Final = 10_000
_COMPARED_MAX: Final = 500  # members that are each compared with each
_UNLIKE_RE2: Final = re.compile(r"[*+})][*+{]|\[\[:|\\[pPzQC1-9]|\(\?(?!:|P<)")
"""What Python's patterns mean otherwise than RE2's, or may take for ever over: a repeated group."""
_REPEAT: Final = re.compile(r"(?<!\()[*+{?]")
_REGEX_STEPS_MAX: Final = 10**9


class NotKnown(Exception):  # noqa: N818 - no error, but the end of what we follow
    """A call whose outcome we do not know."""


class Failed(NotKnown):
    """A call that Terraform refuses as well."""


def call(name: str, arguments: Sequence[Any]) -> Any:
    """The outcome of a call with known arguments; raises `NotKnown` where it has none that we know, or `Failed`."""
    function = _FUNCTIONS.get(name.removeprefix("core::"))
    if function is None:
        raise NotKnown
    try:
        return bounded(function(*(bounded(argument) for argument in arguments)))
    except NotKnown:
        raise
    except Exception:  # noqa: BLE001 - whatever a wrong argument leads to, Terraform refuses it as well
        raise Failed from None


def to_text(value: Any) -> str:
    """A primitive as Terraform writes it into a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if not isinstance(value, str | int | float):
        raise NotKnown
    return str(value)


def to_number(value: Any) -> int | float:
    """A number, or a text that is one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotKnown
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"-?[0-9]{1,300}", value) else float(value)
    return value


def to_bool(value: Any) -> bool:
    """A boolean, or a text that is one; a number is none, though Python takes 1 for True."""
    if isinstance(value, bool) or value in ("true", "false"):
        return value in (True, "true")
    raise Failed


def equal(one: Any, other: Any) -> bool:
    """Terraform's `==`: values of different types differ."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def bounded(value: Any) -> Any:
    """The value, unless it is larger than we follow."""
    if isinstance(value, str) and len(value) > _TEXT_MAX:
        raise NotKnown
    if isinstance(value, list | dict) and len(value) > _LIST_MAX:
        raise NotKnown
    return value


def _format(pattern: str, *values: Any) -> str:
    waiting, result = list(values), ""
    for literal, width, verb in re.findall(r"([^%]*)(?:%([-+# 0]*[0-9]*(?:\.[0-9]+)?)(.))?", pattern):
        result += literal
        match verb:
            case "":
                continue
            case "%":
                result += "%"
            case "s" | "v" | "t":
                value = waiting.pop(0)
                composed = isinstance(value, list | dict)
                result += format_text(width, json.dumps(value, separators=(",", ":")) if composed else to_text(value))
            case "q":
                result += json.dumps(to_text(waiting.pop(0)))
            case "d" | "x" | "X" | "o" | "b" | "f" | "e" | "g":
                number = to_number(waiting.pop(0))
                result += f"{int(number):b}" if verb == "b" else f"%{_narrow(width)}{verb}" % number
            case _:
                raise NotKnown
    return result


def format_text(width: str, text: str) -> str:
    """Apply the width of `%-10s`."""
    return f"%{_narrow(width)}s" % text


def _narrow(width: str) -> str:
    """A width and precision that fill no memory."""
    if re.search(r"[0-9]{4}", width):
        raise NotKnown
    return width


def _format_list(pattern: str, *values: Any) -> list[str]:
    length = max((len(value) for value in values if isinstance(value, list)), default=1)
    return [_format(pattern, *(v[n] if isinstance(v, list) else v for v in values)) for n in range(length)]


def _replace(text: str, found: str, new: str) -> str:
    if len(found) > 1 and found[0] == found[-1] == "/":
        return _pattern(found[1:-1], text).sub(re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new), text)
    if text.count(found) * len(new) > _TEXT_MAX:
        raise NotKnown
    return text.replace(found, new)


def _pattern(pattern: str, text: str) -> re.Pattern[str]:
    """A pattern of RE2's; what could take long over this text is not followed, since only RE2 is linear."""
    repeats = len(_REPEAT.findall(pattern)) + (not pattern.startswith("^"))
    if _UNLIKE_RE2.search(pattern) or (len(text) + 2) ** repeats * len(pattern) > _REGEX_STEPS_MAX:
        raise NotKnown
    try:
        return re.compile(pattern, re.ASCII)
    except re.error:
        raise NotKnown from None


def _regex(pattern: str, text: str) -> Any:
    found = _pattern(pattern, text).search(text)
    if found is None:
        raise Failed
    return found.groupdict() or list(found.groups()) or found[0]


def _regexall(pattern: str, text: str) -> list[Any]:
    return [found.groupdict() or list(found.groups()) or found[0] for found in _pattern(pattern, text).finditer(text)]


def _subnet(prefix: str, bits: int, number: int) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    length = network.prefixlen + int(bits)
    if not 0 <= int(number) < 2 ** int(bits) or length > network.max_prefixlen:
        raise NotKnown
    start = int(network.network_address) + (int(number) << (network.max_prefixlen - length))
    return str(type(network)((start, length)))


def _subnets(prefix: str, *bits: int) -> list[str]:
    network = ipaddress.ip_network(prefix, strict=False)
    position, found = int(network.network_address), []
    for each in bits:
        size = 1 << (network.max_prefixlen - network.prefixlen - int(each))
        position = -(-position // size) * size
        made = type(network)((position, network.prefixlen + int(each)))
        if not made.subnet_of(network):  # type: ignore[arg-type] # one family
            raise NotKnown
        found.append(str(made))
        position += size
    return found


def _host(prefix: str, number: int) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    index = int(number) if int(number) >= 0 else network.num_addresses + int(number)
    return str(network[index])


def _range(*numbers: float) -> list[float]:
    start, end, step = (0, numbers[0], 1) if len(numbers) == 1 else (*numbers, 1)[:3]
    step = step if len(numbers) == 3 or start <= end else -1  # noqa: PLR2004 - a step was given
    if step == 0 or abs((end - start) / step) > _LIST_MAX:
        raise NotKnown
    return list(itertools.takewhile(lambda n: n < end if step > 0 else n > end, itertools.count(start, step)))


def _distinct(values: Sequence[Any]) -> list[Any]:
    if all(isinstance(value, str) for value in values):
        return list(dict.fromkeys(values))
    found: list[Any] = []
    for value in values:
        if len(found) > _COMPARED_MAX:
            raise NotKnown
        if not any(equal(value, other) for other in found):
            found.append(value)
    return found


def _set(values: Sequence[Any]) -> list[Any]:
    """A set: Terraform goes through texts and numbers in their order."""
    found = _distinct(values)
    return sorted(found) if len({type(value) for value in found} & {str, int, list, dict}) == 1 else found


def _index(values: Sequence[Any], value: Any) -> int:
    return next(number for number, other in enumerate(values) if equal(value, other))


def _chunks(values: Sequence[Any], size: int) -> list[list[Any]]:
    return [list(values[start : start + int(size)]) for start in range(0, len(values), int(size))]


def _title(text: str) -> str:
    return re.sub(r"(^|\W)(\w)", lambda found: found[1] + found[2].upper(), text)


def _substring(text: str, offset: int, length: int) -> str:
    start = int(offset) if offset >= 0 else len(text) + int(offset)
    return text[start:] if length < 0 else text[start : start + int(length)]


def _shortest(value: Decimal | int) -> int | float:
    return int(value) if value == int(value) else float(value)


def _transpose(mapping: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    if len(mapping) > _COMPARED_MAX:
        raise NotKnown
    values = sorted({value for members in mapping.values() for value in members})
    return {value: [key for key in sorted(mapping) if value in mapping[key]] for value in values}


def _digest(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _decode64(text: str) -> str:
    return base64.b64decode(text, validate=True).decode()


def _common(first: Sequence[Any], *others: Sequence[Any]) -> list[Any]:
    few = _few(first, *others)
    return _set([value for value in first if all(any(equal(value, o) for o in other) for other in few[1:])])


def _without(first: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    few = _few(first, other)
    return _set([value for value in few[0] if not any(equal(value, o) for o in few[1])])


def _few(*sets: Sequence[Any]) -> tuple[Sequence[Any], ...]:
    if any(len(each) > _COMPARED_MAX for each in sets):
        raise NotKnown
    return sets


def _indent(spaces: int, text: str) -> str:
    return text.replace("\n", "\n" + " " * min(int(spaces), 1000))


def _netmask(prefix: str) -> str:
    return str(ipaddress.ip_network(prefix, strict=False).netmask)


_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": lambda n: abs(to_number(n)),
    "ceil": lambda n: math.ceil(to_number(n)),
    "floor": lambda n: math.floor(to_number(n)),
    "max": lambda *ns: max(to_number(n) for n in ns),
    "min": lambda *ns: min(to_number(n) for n in ns),
    "pow": lambda n, m: math.pow(to_number(n), to_number(m)),
    "signum": lambda n: (to_number(n) > 0) - (to_number(n) < 0),
    "parseint": lambda text, base: int(text, int(base)),
    "sum": lambda ns: _shortest(sum(Decimal(str(to_number(n))) for n in ns)),
    "lower": lambda text: to_text(text).lower(),
    "upper": lambda text: to_text(text).upper(),
    "title": _title,
    "trimspace": lambda text: text.strip(),
    "trim": lambda text, chars: text.strip(chars),
    "trimprefix": lambda text, prefix: text.removeprefix(prefix),
    "trimsuffix": lambda text, suffix: text.removesuffix(suffix),
    "chomp": lambda text: text.rstrip("\r\n"),
    "strrev": lambda text: text[::-1],
    "substr": _substring,
    "startswith": lambda text, prefix: text.startswith(prefix),
    "endswith": lambda text, suffix: text.endswith(suffix),
    "strcontains": lambda text, part: part in text,
    "replace": _replace,
    "split": lambda separator, text: text.split(separator) if separator else list(text),
    "join": lambda separator, *lists: separator.join(to_text(v) for each in lists for v in each),
    "format": _format,
    "formatlist": _format_list,
    "indent": _indent,
    "regex": _regex,
    "regexall": _regexall,
    "cidrsubnet": _subnet,
    "cidrsubnets": _subnets,
    "cidrhost": _host,
    "cidrnetmask": _netmask,
    "range": _range,
    "distinct": _distinct,
    "sort": lambda values: sorted(to_text(value) for value in values),
    "contains": lambda values, value: any(equal(value, other) for other in values),
    "index": _index,
    "chunklist": _chunks,
    "transpose": _transpose,
    "setintersection": _common,
    "setsubtract": _without,
    "toset": _set,
    "anytrue": lambda values: any(to_bool(value) for value in values if value is not None),
    "alltrue": lambda values: all(value is not None and to_bool(value) for value in values),
    "matchkeys": lambda values, keys, search: [v for v, k in zip(values, keys, strict=True) if k in search],
    "jsondecode": json.loads,
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "base64decode": _decode64,
    "basename": lambda path: path.rpartition("/")[2],
    "dirname": lambda path: path.rpartition("/")[0] or ".",
    "urlencode": lambda text: quote_plus(text, safe="-_.~"),
    "md5": _digest("md5"),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "tostring": to_text,
    "tonumber": to_number,
    "tobool": to_bool,
}
