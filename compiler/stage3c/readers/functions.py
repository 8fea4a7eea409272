"""Terraform's functions over values that are known, as far as people use them in stacks.

Owns their meaning (https://developer.hashicorp.com/terraform/language/functions, 2026-11-24). What reads files, the clock
or randomness is unknown to us, and so is every name that is not here. A wrong argument raises, which makes the call unknown.
"""

import base64
import hashlib
import ipaddress
import json
import math
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote_plus

from stage3c.readers.formats import format_list, formatted
from stage3c.readers.scalars import (
    LIST_MAX,
    TEXT_MAX,
    Failed,
    NotKnown,
    SetOf,
    alike,
    bounded,
    equal,
    to_bool,
    to_number,
    to_text,
    whole,
)

_COMPARED_MAX: Final = 500  # members that are each compared with each
_UNLIKE_RE2: Final = re.compile(r"[*+})][*+{]|\[\[:|\\[pPzQC1-9]|\(\?(?!:|P<)")
"""What Python's patterns mean otherwise than RE2's, or may take for ever over: a repeated group."""
_REPEAT: Final = re.compile(r"(?<!\()[*+{?]")
_REGEX_STEPS_MAX: Final = 10**9
_REPLACED_MAX: Final = 10**7
_INDENT_MAX: Final = 1000
_GROUP: Final = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))", re.ASCII)


def call(name: str, arguments: Sequence[Any]) -> Any:
    """The outcome of a call with known arguments; raises `NotKnown` where it has none that we know, or `Failed`."""
    plain = name.removeprefix("core::")
    function = _FUNCTIONS.get(plain)
    if function is None:
        raise NotKnown
    try:
        given = [to_text(each) for each in arguments] if plain in _OF_TEXTS else arguments
        return bounded(function(*(bounded(argument) for argument in given)))
    except NotKnown:
        raise
    except Exception:  # noqa: BLE001 - whatever a wrong argument leads to, Terraform refuses it as well
        raise Failed from None


def _replace(text: str, found: str, new: str) -> str:
    if len(found) > 1 and found[0] == found[-1] == "/":
        if len(text) * len(new) > _REPLACED_MAX:  # each group may be the whole text
            raise NotKnown
        return _pattern(found[1:-1], text).sub(lambda match: _expanded(new, match), text)
    if text.count(found) * len(new) > TEXT_MAX:
        raise NotKnown
    return text.replace(found, new)


def _expanded(new: str, match: re.Match[str]) -> str:
    """A replacement with its `$1` and `${name}`; a group that the pattern does not have is empty."""
    groups = {str(number): text for number, text in enumerate((match[0], *match.groups()))} | match.groupdict()
    return _GROUP.sub(lambda found: found[1] or groups.get(found[2] or found[3]) or "", new)


def _pattern(pattern: str, text: str) -> re.Pattern[str]:
    """A pattern of RE2's; what could take long over this text is not followed, since only RE2 is linear."""
    repeats = len(_REPEAT.findall(pattern)) + (not pattern.startswith("^"))
    if _UNLIKE_RE2.search(pattern) or len(text) ** repeats * len(pattern) > _REGEX_STEPS_MAX:
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
    length = network.prefixlen + whole(bits)
    if not 0 <= whole(number) < 2 ** whole(bits) or length > network.max_prefixlen:
        raise NotKnown
    start = int(network.network_address) + (whole(number) << (network.max_prefixlen - length))
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
    index = whole(number) if whole(number) >= 0 else network.num_addresses + whole(number)
    if index < 0:
        raise Failed
    return str(network[index])


def _range(*numbers: Any) -> list[int | float]:
    given = [Decimal(str(to_number(number))) for number in numbers]
    start, end = (Decimal(0), given[0]) if len(given) == 1 else given[:2]
    step = given[2] if len(given) == 3 else Decimal(1 if start <= end else -1)  # noqa: PLR2004 - a step was given
    count = math.ceil((end - start) / step)
    if count < 0:
        raise Failed
    if count > LIST_MAX:
        raise NotKnown
    return [_shortest(start + step * place) for place in range(count)]


def _distinct(values: Sequence[Any]) -> list[Any]:
    members = alike(values)
    if all(isinstance(value, str) for value in members):
        return list(dict.fromkeys(members))
    found: list[Any] = []
    for value in members:
        if len(found) > _COMPARED_MAX:
            raise NotKnown
        if not any(equal(value, other) for other in found):
            found.append(value)
    return found


def _set(values: Sequence[Any]) -> SetOf:
    """A set: Terraform goes through texts, numbers and booleans in their order."""
    found = _distinct(values)
    return SetOf(sorted(found) if all(isinstance(value, str | int | float) for value in found) else found)


def _index(values: Sequence[Any], value: Any) -> int:
    return next(number for number, other in enumerate(values) if equal(value, other))


def _chunks(values: Sequence[Any], size: int) -> list[list[Any]]:
    """Pieces of a list; a size of 0 is that of the whole."""
    if whole(size) < 0:
        raise Failed
    step = whole(size) or max(len(values), 1)
    return [list(values[start : start + step]) for start in range(0, len(values), step)]


def _title(text: str) -> str:
    return re.sub(r"(^|\W)(\w)", lambda found: found[1] + found[2].upper(), text)


def _substring(text: str, offset: int, length: int) -> str:
    text, first, size = to_text(text), whole(offset), whole(length)
    start = first if first >= 0 else max(len(text) + first, 0)
    return text[start:] if size < 0 or (size == 0 and first < 0) else text[start : start + size]


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
    return base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True).decode()


def _common(first: Sequence[Any], *others: Sequence[Any]) -> SetOf:
    few = _few(first, *others)
    return _set([value for value in first if all(any(equal(value, o) for o in other) for other in few[1:])])


def _without(first: Sequence[Any], other: Sequence[Any]) -> SetOf:
    few = _few(first, other)
    return _set([value for value in few[0] if not any(equal(value, o) for o in few[1])])


def _few(*sets: Sequence[Any]) -> tuple[Sequence[Any], ...]:
    if any(len(each) > _COMPARED_MAX for each in sets):
        raise NotKnown
    return sets


def _of_keys(values: Sequence[Any], keys: Sequence[Any], search: Sequence[Any]) -> list[Any]:
    _, wanted = _few(keys, search)
    return [value for value, key in zip(values, keys, strict=True) if any(equal(key, each) for each in wanted)]


def _indent(spaces: int, text: str) -> str:
    if whole(spaces) > _INDENT_MAX:
        raise NotKnown
    return to_text(text).replace("\n", "\n" + " " * whole(spaces))


def _netmask(prefix: str) -> str:
    return str(ipaddress.IPv4Network(prefix, strict=False).netmask)


def _integer(text: str, base: int) -> int:
    """Digits and nothing else; Python would take `0x` and `_` as well, and has no base above 36."""
    limit = whole(base)
    if limit > 36:  # noqa: PLR2004 - as above
        raise NotKnown
    if not all(int(digit, 36) < limit for digit in text.lstrip("+-")):
        raise Failed
    return int(text, limit)


def _sum(values: Sequence[Any]) -> int | float:
    if not values:
        raise Failed
    return _shortest(sum(Decimal(str(to_number(value))) for value in values))


def _base(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or ("/" if path else ".")


def _folder(path: str) -> str:
    return posixpath.normpath(re.sub("/+", "/", path[: path.rfind("/") + 1]))


_OF_TEXTS: Final = frozenset({
    "title", "trimspace", "trim", "trimprefix", "trimsuffix", "chomp", "strrev", "startswith", "endswith", "strcontains",
    "replace", "split", "regex", "regexall", "base64encode", "base64decode", "basename", "dirname", "urlencode",
    "md5", "sha1", "sha256", "sha512",
})  # fmt: skip
"""Those whose arguments are all texts: Terraform makes one of a number or a boolean."""
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": lambda n: abs(to_number(n)),
    "ceil": lambda n: math.ceil(to_number(n)),
    "floor": lambda n: math.floor(to_number(n)),
    "max": lambda *ns: max(to_number(n) for n in ns),
    "min": lambda *ns: min(to_number(n) for n in ns),
    "pow": lambda n, m: math.pow(to_number(n), to_number(m)),
    "signum": lambda n: (whole(n) > 0) - (whole(n) < 0),
    "parseint": _integer,
    "sum": _sum,
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
    "format": formatted,
    "formatlist": format_list,
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
    "matchkeys": _of_keys,
    "jsondecode": json.loads,
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "base64decode": _decode64,
    "basename": _base,
    "dirname": _folder,
    "urlencode": lambda text: quote_plus(text, safe="-_.~"),
    "md5": _digest("md5"),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "tostring": to_text,
    "tonumber": lambda value: None if value is None else to_number(value),
    "tobool": lambda value: None if value is None else to_bool(value),
}
