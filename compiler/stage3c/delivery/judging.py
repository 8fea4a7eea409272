"""Whether a response is what a check expects. Pure: an answer in, clauses out; none quotes a value that may be secret."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field

from stage3c.delivery.wildcards import fits
from stage3c.disclosure import masked, names_a_secret
from stage3c.language.model.check import Check, Expected

_PART: Final = re.compile(r"\[([0-9]{1,6})\]|([^.\[\]]+)")
_SHOWN_MAX_CHARS: Final = 80
_COMPARED_MAX_CHARS: Final = 10_000
_MISSING: Final = object()


class Answer(Struct, frozen=True):
    """A response, or why there is none."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    seconds: float = 0.0
    failure: str = ""
    """Why there is no whole response: a clause, such as `no connection`."""


def faults_of(check: Check, answer: Answer) -> list[str]:
    """What is wrong with a response, as clauses without a full stop; none if it is as expected."""
    if answer.failure:
        return [answer.failure]
    found = []
    if answer.status != check.status:
        found.append(f"status is {answer.status}, expected {check.status}")
    if check.response_ms is not None and answer.seconds * 1000 > check.response_ms:
        found.append(f"the response took {answer.seconds * 1000:.0f} ms, expected at most {check.response_ms} ms")
    for name, wanted in check.headers.items():
        value: object = answer.headers.get(name.lower(), _MISSING)
        found += _faults(f"header {name}", value, wanted)
    return found + (list(_json_faults(check, answer)) if check.json_values else [])


def saved_from(check: Check, answer: Answer) -> dict[str, str]:
    """The values that later checks of the sequence use; those that the response lacks are left out."""
    document = _document(answer)
    values = {name: _at(document, path) for name, path in check.save.items()}
    return {name: _text(value) for name, value in values.items() if isinstance(value, str | int | float | bool)}


def _json_faults(check: Check, answer: Answer) -> Iterator[str]:
    document = _document(answer)
    if document is _MISSING:
        kind = answer.headers.get("content-type", "no content type").split(";")[0]
        yield f"the response is not JSON ({_shown(kind)})"
        return
    for path, wanted in check.json_values.items():
        yield from _faults(f"json {path}", _at(document, path), wanted)


def _document(answer: Answer) -> Any:  # noqa: ANN401 - what JSON holds
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return _MISSING


def _at(document: Any, path: str) -> Any:  # noqa: ANN401 - likewise
    """The value at a path; a mark of its own where there is none."""
    for index, key in _PART.findall(path.removeprefix("$")):
        if index and isinstance(document, list) and int(index) < len(document):
            document = document[int(index)]
        elif key and isinstance(document, dict) and key in document:
            document = document[key]
        else:
            return _MISSING
    return document


def _faults(what: str, value: object, wanted: Expected | None | bool | float | str) -> Iterator[str]:  # noqa: FBT001 - a plain value of a spec
    conditions = wanted.conditions if isinstance(wanted, Expected) else {"equals": wanted}
    for condition, bound in conditions.items():
        if condition == "exists":
            if (value is not _MISSING) is not bound:
                yield f"{what} is {'missing' if bound else 'present'}, expected it {'present' if bound else 'missing'}"
        elif value is _MISSING:
            yield f"{what} is missing"
        elif not _holds(condition, value, bound):
            shown = "another value" if names_a_secret(what.rsplit(".", 1)[-1]) else _shown(value)
            yield f"{what} is {shown}, expected {_WORDS[condition]}{_bound(bound)}"


_WORDS: Final = {
    "equals": "",
    "matches": "a value like ",
    "one_of": "one of ",
    "less_than": "less than ",
    "greater_than": "more than ",
}


def _holds(condition: str, value: object, bound: Any) -> bool:  # noqa: ANN401 - what a spec holds
    match condition:
        case "equals":
            return _same(value, bound)
        case "one_of":
            return any(_same(value, each) for each in bound)
        case "matches":
            return isinstance(value, str | int | float) and fits(bound, _text(value)[:_COMPARED_MAX_CHARS])
        case _:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and (value < bound if condition == "less_than" else value > bound)


def _same(value: object, other: object) -> bool:
    """Equality as in JSON: `true` is not 1."""
    return isinstance(value, bool) is isinstance(other, bool) and value == other


def _text(value: str | float | bool) -> str:  # noqa: FBT001 - a plain value of JSON
    return value if isinstance(value, str) else json.dumps(value)


def _bound(bound: object) -> str:
    return ", ".join(map(_shown, bound)) if isinstance(bound, list) else _shown(bound)


def _shown(value: object) -> str:
    """A value of a response as JSON, short and without secrets."""
    text = masked(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[: _SHOWN_MAX_CHARS * 100])
    quoted = f'"{text}"' if isinstance(value, str) else text
    return quoted if len(quoted) <= _SHOWN_MAX_CHARS else f"{quoted[:_SHOWN_MAX_CHARS]}…"
