"""A document -> a Stack, and every fault of shape at its place.

Owns the sentences for unknown keys, missing keys and wrong values. A document with faults is repaired where a harmless
value is known, so that the rules can judge the rest of it in the same run.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from compiler.diagnostics import Diagnostic, Path, Severity, format_path
from compiler.model.base import IDENTIFIER, VARIABLE, Part, documentation
from compiler.model.stack import Stack
from compiler.source import Document, plain

TITLES: Final = {
    "SPEC101": "Key is unknown",
    "SPEC102": "Required key is missing",
    "SPEC103": "Value has the wrong type",
    "SPEC104": "Value is not one of those allowed",
    "SPEC105": "Value is malformed",
    "NET101": "Subnet tier names no route table",
    "NET108": "Network address is malformed",
    "SEC103": "Secret's keys do not fit its format",
    "SVC101": "Service needs exactly one image",
    "CHK101": "Check needs exactly one method",
}
"""Titles of the faults that shape alone shows; the rules of these ids explain them."""

_ROUNDS: Final = 12
_TOGETHER: Final = (
    {"cpu", "memory_mib"},
    {"min", "desired", "max"},
    {"initial", "max", "type", "iops", "throughput_mibps"},
    {"version", "instance_class"},
    {"backup_window", "maintenance_window"},
    {"interval_seconds", "timeout_seconds"},
    {"cidr", "zones"},
)
"""Keys that rules compare with each other: a repair of one casts doubt on what is said of the others."""
_INSIDE_AN_ENTITY: Final = 3  # `services.web.port`; what is deeper can go without anything that refers to it
_KINDS: Final = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a mapping",
}
_EXPECTED: Final = {
    "string": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "list": "a list",
    "dict": "a mapping", "model": "a mapping", "literal": "one of a few words", "none": "nothing", "tuple": "a list",
}  # fmt: skip
_PATTERNS: Final = {
    IDENTIFIER: "lower-case letters, digits and single hyphens, with a letter first",
    VARIABLE: "letters, digits and underscores, with no digit first",
}
_FORMS: Final = {
    "state": "state: {bucket: <a bucket's name>, lock: both}",
    "stage3c": "stage3c: 1",
    "nat": "nat: single",
}
_HARMLESS: Final[Mapping[str, Any]] = {
    "cpu": 256, "memory_mib": 512, "port": 8080, "default_route": "none", "scheme": "internal", "engine": "postgres",
    "version": "16", "instance_class": "db.t4g.micro", "storage_gib": 20, "database_name": "main", "bucket": "state-bucket",
    "state": {"bucket": "state-bucket"}, "project": "project", "environment": "environment", "stage3c": 1, "min": 1, "max": 1,
    "image": "image:1", "get": "/", "count": 0, "kind": "rds_managed", "initial": 20, "cidr": "0.0.0.0/0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What came of a document: a stack if there is enough of it, and the paths at which it was repaired."""

    stack: Stack | None
    diagnostics: tuple[Diagnostic, ...]
    repaired: tuple[Path, ...] = ()

    def doubts(self, path: Path) -> bool:
        """Tell whether what a rule says of this path may come from a repair."""
        return any(
            path == repaired[: len(path)] or repaired == path[: len(repaired)] or _judged_together(path, repaired)
            for repaired in self.repaired
        )


def _judged_together(path: Path, other: Path) -> bool:
    return path[:-1] == other[:-1] and any({path[-1], other[-1]} <= keys for keys in _TOGETHER if path)


def shape(document: Document) -> Shape:
    """Validate a document; every fault is reported once."""
    data = plain(document.root)
    found: dict[Path, Diagnostic] = {}
    understood: set[Path] = set()
    above: set[Path] = set()
    for _ in range(_ROUNDS):
        try:
            return Shape(Stack.model_validate(data), tuple(found.values()), tuple(found.keys() - understood))
        except ValidationError as error:
            faults = dict(_faults(error, data))
        fresh = {path: details for path, details in faults.items() if path not in found}
        for path, details in fresh.items():
            if path not in above:  # a repair below may leave a fault above
                found[path] = _diagnostic(document, path, details)
        above |= {path[:length] for path in fresh for length in range(len(path))}
        inmost_last_first = sorted(
            faults.items(), key=lambda item: [str(part).zfill(9) for part in item[0]], reverse=True
        )
        understood |= {path for path, details in fresh.items() if _is_understood(details)}
        mended = [_repair(data, path, details, seen=path not in fresh) for path, details in inmost_last_first]
        if not all(mended):
            break
    return Shape(None, tuple(found.values()))


def _faults(error: ValidationError, data: Any) -> Iterator[tuple[Path, ErrorDetails]]:  # noqa: ANN401
    """The errors by the path that was written; of a union's branches only the one that was meant."""
    seen: set[Path] = set()
    for details in error.errors(include_url=False):
        path, branch = _written(details, data)
        value = _value_at(data, path)
        if branch == "str" and isinstance(value, dict):
            continue
        if branch and branch[0].isupper() and not isinstance(value, dict) and details["type"] == "model_type":
            continue
        if path not in seen:
            seen.add(path)
            yield path, details


def _written(details: ErrorDetails, data: Any) -> tuple[Path, str]:  # noqa: ANN401
    """Drop from pydantic's location what stands in no file, such as the name of a union's branch."""
    path: list[str | int] = []
    branch = ""
    location = details["loc"]
    for position, part in enumerate(location):
        if part == "[key]":
            break
        is_last_missing = details["type"] == "missing" and position == len(location) - 1
        if isinstance(data, dict) and (part in data or is_last_missing):
            path.append(part)
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            path.append(part)
            data = data[part]
        elif isinstance(part, str):
            branch = part
    return tuple(path), branch


def _value_at(data: Any, path: Path) -> Any:  # noqa: ANN401
    for part in path:
        if isinstance(data, dict):
            data = data.get(str(part))
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _repair(data: Any, path: Path, details: ErrorDetails, *, seen: bool) -> bool:  # noqa: ANN401, PLR0911 - one exit a case
    """Take a faulty value out of the data, or put a harmless one in; say whether that was possible."""
    if not path:
        return False
    parent, last = _value_at(data, path[:-1]), path[-1]
    if details["type"] == "missing":
        harmless = _harmless(data, path)
        if harmless is not None and isinstance(parent, dict):
            parent[str(last)] = harmless
            return True
        return len(path) > _INSIDE_AN_ENTITY and _repair(data, path[:-1], {**details, "type": "dropped"}, seen=seen)
    if details["type"].startswith("rule:") and isinstance(_value_at(data, path), dict):
        return _repair_whole(_value_at(data, path), details["type"])
    meant = _near_key(path) if details["type"] == "extra_forbidden" else None
    if meant and isinstance(parent, dict) and meant not in parent:
        parent[meant] = parent.pop(str(last))
        return True
    if _means_a_number(details) and isinstance(parent, dict):
        parent[str(last)] = int(details["input"])
        return not seen
    if isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        _repair_item(parent, path, last)
        return True
    if isinstance(parent, dict) and last in parent:
        del parent[str(last)]
    return True


def _is_understood(details: ErrorDetails) -> bool:
    """Tell whether the repair is what was meant, so that it casts no doubt on what stands beside it."""
    return _means_a_number(details) or details["type"] == "extra_forbidden"


def _means_a_number(details: ErrorDetails) -> bool:
    return details["type"] == "int_type" and re.fullmatch(r"[0-9]{1,9}", str(details["input"])) is not None


def _repair_item(items: list[Any], path: Path, position: int) -> None:
    """Mappings in a list stay in their places, so that later faults keep their positions; plain values go."""
    if path[0] == "checks" and len(path) == 2:  # noqa: PLR2004 - `checks` and a position
        items[position] = {"get": "/"}
    else:
        items.pop(position)


def _repair_whole(value: dict[str, Any], fault: str) -> bool:
    """Mend a mapping that is wrong as a whole."""
    if fault == "rule:SVC101":
        value.pop("build", None)
        value["image"] = _HARMLESS["image"]
    elif fault == "rule:SEC103":
        value.pop("keys", None)
        value["format"] = "plain"
    elif fault == "rule:CHK101":
        for method in ("head", "post", "put", "patch", "delete"):
            value.pop(method, None)
        value["get"] = "/"
    else:
        return False
    return True


def _harmless(data: Any, path: Path) -> Any:  # noqa: ANN401
    """A value that a missing key may take for the time of the judging; a tier is taken for one of its own name."""
    key = str(path[-1])
    network = data.get("network") if isinstance(data, dict) else None
    if key == "nat":
        return "single" if "nat_gateway" in str(network) else "none"
    for wanted, home in (("subnets", "subnets"), ("route_table", "route_tables")):
        known = network.get(home) if key == wanted and isinstance(network, dict) else None
        if isinstance(known, dict) and known:
            return path[-2] if path[-2] in known else next(iter(known))
    return _HARMLESS.get(key)


def _diagnostic(document: Document, path: Path, details: ErrorDetails) -> Diagnostic:
    kind = details["type"]
    context = details.get("ctx", {})
    at_key = kind in ("extra_forbidden", "missing") or "[key]" in details["loc"]
    span = document.span(path[:-1] if kind == "missing" else path, key=at_key)
    if kind.startswith("rule:"):
        code, cause, fix = kind.removeprefix("rule:"), context["cause"], context["fix"]
    elif kind == "extra_forbidden":
        code, (cause, fix) = "SPEC101", _unknown_key(path)
    elif kind == "missing":
        code, cause, fix = _missing_key(path)
    elif kind == "literal_error":
        code, (cause, fix) = "SPEC104", _not_allowed(path, details)
    elif kind.endswith("_type") or kind in ("int_from_float", "is_instance_of", "model_attributes_type", "dict_type"):
        code, (cause, fix) = "SPEC103", _wrong_type(kind, details["input"])
    else:
        code, (cause, fix) = "SPEC105", _malformed(path, details)
    return Diagnostic(code, Severity.ERROR, TITLES[code], cause, fix, span, path)


def _unknown_key(path: Path) -> tuple[str, str]:
    where = f"{format_path(path[:-1])} has" if len(path) > 1 else "a spec has"
    near = _near_key(path)
    fix = f'write "{near}".' if near else f"remove it; the keys here are {', '.join(_keys_at(path[:-1]))}."
    return f'{where} no key "{clip(str(path[-1]))}".', fix


def _near_key(path: Path) -> str | None:
    return next(iter(difflib.get_close_matches(str(path[-1]), list(_keys_at(path[:-1])), 1, 0.6)), None)


def _missing_key(path: Path) -> tuple[str, str, str]:
    where = f"{format_path(path[:-1])} has" if len(path) > 1 else "the spec has"
    meaning = _meaning(path)
    if path[-1] == "route_table":
        cause = f'{where} no "route_table"; its subnets would fall back to the main route table without a word.'
        return "NET101", cause, 'add "route_table: <one of network.route_tables>".'
    cause = f'{where} no "{path[-1]}".' + (f" {meaning}" if meaning else "")
    form = _FORMS.get(str(path[-1]), f"{path[-1]}: …")
    return "SPEC102", cause, f'add "{form}".'


def _not_allowed(path: Path, details: ErrorDetails) -> tuple[str, str]:
    allowed = [str(value) for value in _literals(_annotation_at(path))]
    given = details["input"]
    shown = f'"{clip(given)}"' if isinstance(given, str) else _described(given)
    near = difflib.get_close_matches(str(given).lower(), allowed, 1, 0.4) if isinstance(given, str) else []
    expected = details.get("ctx", {}).get("expected", "one of the allowed values")
    fix = f"write {near[0]}." if near else f"write {' or '.join(allowed) if allowed else expected}."
    return f"{shown} is not among {', '.join(allowed) if allowed else expected}.", fix


def _wrong_type(kind: str, given: Any) -> tuple[str, str]:  # noqa: ANN401
    wanted = kind.removesuffix("_type").removesuffix("_from_float").split("_")[0]
    expected = _EXPECTED.get(wanted, "another type")
    cause = f"{expected} is expected here, and this is {_described(given)}."
    if wanted == "string" and isinstance(given, bool | int | float):
        return cause, "put it in quotes, just as it should read."
    if wanted in ("int", "float") and isinstance(given, str) and re.fullmatch(r"[0-9.]+", given):
        return cause, f"write {clip(given)} without quotes."
    if wanted == "bool":
        return cause, "write true or false."
    if given is None:
        return cause, "give it a value, or remove the key."
    return cause, f"write {expected}."


def _malformed(path: Path, details: ErrorDetails) -> tuple[str, str]:
    context = details.get("ctx", {})
    given = path[-1] if "[key]" in details["loc"] else details["input"]
    shown = f'"{clip(given)}"' if isinstance(given, str) else _described(given)
    pattern = str(context.get("pattern", ""))
    if pattern:
        meant = _PATTERNS.get(pattern)
        cause = f"{shown} is not made of {meant}." if meant else f"{shown} does not have the form {pattern}."
        return cause, _meaning(path) or "correct its form."
    return f"{shown}: {details['msg'][:1].lower()}{clip(details['msg'][1:], 200)}.", _meaning(
        path
    ) or "correct the value."


def _described(given: Any) -> str:  # noqa: ANN401
    if given is None:
        return "empty"
    kind = _KINDS.get(type(given), "another type")
    if isinstance(given, bool):
        return f"the truth value {str(given).lower()}"
    return f"{kind} ({clip(str(given))})" if isinstance(given, int | float | str) else kind


def clip(text: str, limit: int = 60) -> str:
    """Shorten a user's text for a sentence, without line breaks."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit] + "…"


def _meaning(path: Path) -> str:
    """The first sentence of a field's documentation."""
    model = _model_in(_annotation_at(path[:-1]) if path[:-1] else Stack)
    name = (
        next((name for name, field in model.model_fields.items() if (field.alias or name) == path[-1]), "")
        if model
        else ""
    )
    text = documentation(model).get(name, "") if model else ""
    return re.split(r"(?<=\.) ", text)[0].replace("`", '"')


def _keys_at(path: Path) -> Iterator[str]:
    model = _model_in(_annotation_at(path) if path else Stack)
    for name, field in model.model_fields.items() if model else ():
        yield field.alias or name


def _annotation_at(path: Path) -> Any:  # noqa: ANN401
    """The type that is written at a path of the spec language, or None."""
    current: Any = Stack
    for part in path:
        model = _model_in(current)
        if model:
            field = next((f for name, f in model.model_fields.items() if (f.alias or name) == part), None)
            current = field.annotation if field else None
        else:
            current = _element(current)
    return current


def _branches(annotation: Any) -> Iterator[Any]:  # noqa: ANN401
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _branches(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for branch in get_args(annotation):
            yield from _branches(branch)
    elif annotation is not NoneType:
        yield annotation


def _model_in(annotation: Any) -> type[Part] | None:  # noqa: ANN401
    return next((b for b in _branches(annotation) if isinstance(b, type) and issubclass(b, Part)), None)


def _element(annotation: Any) -> Any:  # noqa: ANN401
    for branch in _branches(annotation):
        if get_origin(branch) in (dict, list):
            return get_args(branch)[-1]
    return None


def _literals(annotation: Any) -> Iterator[Any]:  # noqa: ANN401
    for branch in _branches(annotation):
        if get_origin(branch) is Literal:
            yield from get_args(branch)
        elif get_origin(branch) is list:
            yield from _literals(get_args(branch)[0])
