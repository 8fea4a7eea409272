"""What is said of a fault of shape: unknown keys, missing keys, wrong values, each at its place.

Owns the sentences, and knows the spec language by its types. Repairs nothing.
"""

import difflib
import re
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from stage3c.diagnostics import Diagnostic, Path, Severity, clip, format_path
from stage3c.language.model.base import FOLDER, IDENTIFIER, STATUSES, VARIABLE, Part, documentation
from stage3c.language.model.stack import Stack
from stage3c.language.source import Document

_BEGINNING_MIN_CHARS: Final = 3
_KEYS_SHOWN: Final = 3
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
    STATUSES: 'statuses and ranges of two, from 200 to 499, with commas between them, such as "200-299,404"',
    FOLDER: "letters, digits and _./-, with a letter or digit first; it is looked for where the command is run",
}
_FORMS: Final = {
    "state": "state: {bucket: <a bucket's name>, lock: both}",
    "stage3c": "stage3c: 1",
    "nat": "nat: single",
    "uses": "uses: [<a key of databases>]",
    "calls": "calls: {API_URL: <a key of services>}",
}
_SWITCHES: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def fault_at(document: Document, path: Path, details: ErrorDetails) -> Diagnostic:
    """Say what pydantic found at a path."""
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
        code, (cause, fix) = "SPEC103", _wrong_type(path, kind, details["input"])
    else:
        code, (cause, fix) = "SPEC105", _malformed(path, details)
    return Diagnostic(code, Severity.ERROR, TITLES[code], cause, fix, span, path)


def _unknown_key(path: Path) -> tuple[str, str]:
    where = f"{format_path(path[:-1])} has" if len(path) > 1 else "a spec has"
    near = near_key(path)
    fix = f'write "{near}".' if near else f"remove it; the keys here are {', '.join(_keys_at(path[:-1]))}."
    return f'{where} no key "{clip(str(path[-1]))}".', fix


def near_key(path: Path) -> str | None:
    """The key of the spec language that an unknown one is written most like, or is the beginning of."""
    known, word = list(_keys_at(path[:-1])), str(path[-1])
    longer = [key for key in known if key.startswith(word)] if len(word) >= _BEGINNING_MIN_CHARS else []
    return next(iter([*longer, *difflib.get_close_matches(word, known, 1, 0.6)]), None)


def near_literal(path: Path, given: object) -> str | None:
    """The allowed word that one which is not allowed is written most like."""
    allowed = [str(value) for value in literals_of(_annotation_at(path))]
    return (
        next(iter(difflib.get_close_matches(given.lower(), allowed, 1, 0.4)), None) if isinstance(given, str) else None
    )


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
    allowed = [str(value) for value in literals_of(_annotation_at(path))]
    given = details["input"]
    shown = f'"{clip(given)}"' if isinstance(given, str) else _described(given)
    near = near_literal(path, given)
    expected = details.get("ctx", {}).get("expected", "one of the allowed values")
    fix = f"write {near}." if near else f"write {' or '.join(allowed) if allowed else expected}."
    return f"{shown} is not among {', '.join(allowed) if allowed else expected}.", fix


def _wrong_type(path: Path, kind: str, given: Any) -> tuple[str, str]:  # noqa: ANN401
    wanted = kind.removesuffix("_type").removesuffix("_from_float").split("_")[0]
    expected = _EXPECTED.get(wanted, "another type")
    cause = f"{expected} is expected here, and this is {_described(given)}."
    if wanted == "string" and isinstance(given, bool | int | float):
        return cause, "put it in quotes, just as it should read."
    if wanted in ("int", "float") and isinstance(given, str) and re.fullmatch(r"[0-9.]+", given):
        return cause, f"write {clip(given)} without quotes."
    if wanted == "bool":
        return cause, f"write {_SWITCHES.get(str(given).lower(), 'true or false')}."
    if given is None:
        return cause, "give it a value, or remove the key."
    return cause, f"write {_form(path, wanted, given) or expected}."


def _form(path: Path, wanted: str, given: Any) -> str | None:  # noqa: ANN401
    """What may have been meant by a value of another type, or the form that belongs here."""
    if wanted == "list" and isinstance(given, str | int):
        return f"[{clip(str(given))}]"
    annotation = _annotation_at(path)
    model = model_in(annotation)
    alone = given[0] if isinstance(given, list) and len(given) == 1 else None
    if isinstance(alone, str) and (wanted == "string" or (model and _takes(annotation, alone))):
        return f"{clip(alone)} without brackets"
    if str(given).lower() in _SWITCHES:
        return _SWITCHES[str(given).lower()]
    if model is None or wanted not in ("dict", "model"):
        return _FORMS.get(str(path[-1])) if path else None
    needed = [field.alias or name for name, field in model.model_fields.items() if field.is_required()]
    keys = needed or list(_keys_at(path))[:_KEYS_SHOWN]
    return f"{path[-1]}: {{{', '.join(f'{key}: …' for key in keys)}}}"


def _takes(annotation: Any, text: str) -> bool:  # noqa: ANN401
    """Whether a plain text may stand for the mapping."""
    try:
        TypeAdapter(annotation).validate_python(text)
    except ValidationError:
        return False
    return True


def _malformed(path: Path, details: ErrorDetails) -> tuple[str, str]:
    context = details.get("ctx", {})
    given = path[-1] if "[key]" in details["loc"] else details["input"]
    shown = f'"{clip(given)}"' if isinstance(given, str) else _described(given)
    pattern = str(context.get("pattern", ""))
    if pattern == FOLDER and isinstance(given, str) and re.match(FOLDER, given.removeprefix("./")):
        return f"{shown} is not made of {_PATTERNS[FOLDER]}.", f"write {given.removeprefix('./')}."
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


def _meaning(path: Path) -> str:
    """The first sentence of a field's documentation."""
    model = model_in(_annotation_at(path[:-1]) if path[:-1] else Stack)
    name = (
        next((name for name, field in model.model_fields.items() if (field.alias or name) == path[-1]), "")
        if model
        else ""
    )
    text = documentation(model).get(name, "") if model else ""
    return re.split(r"(?<=\.) ", text)[0].replace("`", '"')


def _keys_at(path: Path) -> Iterator[str]:
    model = model_in(_annotation_at(path) if path else Stack)
    for name, field in model.model_fields.items() if model else ():
        yield field.alias or name


def _annotation_at(path: Path) -> Any:  # noqa: ANN401
    """The type that is written at a path of the spec language, or None."""
    current: Any = Stack
    for part in path:
        model = model_in(current)
        if model:
            field = next((f for name, f in model.model_fields.items() if (f.alias or name) == part), None)
            current = field.annotation if field else None
        else:
            current = element_of(current)
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


def model_in(annotation: Any) -> type[Part] | None:  # noqa: ANN401
    """The model that a type is or may be."""
    return next((b for b in _branches(annotation) if isinstance(b, type) and issubclass(b, Part)), None)


def element_of(annotation: Any) -> Any:  # noqa: ANN401
    """The type of the members of a list or mapping, or None."""
    for branch in _branches(annotation):
        if get_origin(branch) in (dict, list):
            return get_args(branch)[-1]
    return None


def literals_of(annotation: Any) -> Iterator[Any]:  # noqa: ANN401
    """The words that a type allows."""
    for branch in _branches(annotation):
        if get_origin(branch) is Literal:
            yield from get_args(branch)
        elif get_origin(branch) is list:
            yield from literals_of(get_args(branch)[0])
