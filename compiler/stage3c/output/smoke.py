"""The checks of a spec as a POSIX shell script with curl and jq: what `stage3c verify` asks, without stage3c."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Final

from stage3c.language.model.check import Check, Expected
from stage3c.language.model.stack import Stack

_PART: Final = re.compile(r"\[([0-9]{1,6})\]|([^.\[\]]+)")
_NAME: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,100})\}")
_REDIRECTION: Final = 3


def smoke_lines(stack: Stack) -> list[str]:
    """One or more shell commands for each check; sequences as a whole, in the order of the spec."""
    groups: dict[str | int, list[Check]] = {}
    for number, check in enumerate(stack.checks):
        groups.setdefault(check.sequence or number, []).append(check)
    return [line for members in groups.values() for line in _group(members)]


def _group(members: Sequence[Check]) -> Iterator[str]:
    yield "skip=0"
    for check in members:
        yield from _check(check)


def _check(check: Check) -> Iterator[str]:
    """A request, then one line for each expected value; the functions are in the template."""
    method = check.method.upper()
    words = [
        shlex.quote(f"{method} {check.path}"),
        method,
        _address(check),
        str(check.status),
        str(check.timeout_seconds),
    ]
    words += [str(check.response_ms or 0), "0" if check.status // 100 == _REDIRECTION else "1", _body(check)]
    yield f"ask {' '.join(words)}"
    for name, text in check.headers.items():
        yield f"header {shlex.quote(name.lower())} {shlex.quote(_condition('$value', '$present', text))}"
    for path, wanted in check.json_values.items():
        value, exists = _place(path)
        yield f"json {shlex.quote(path)} {shlex.quote(_condition(value, exists, wanted))}"
    for name, path in check.save.items():
        yield f"saved_{name}=$(save {shlex.quote(_place(path)[0])}) || unsaved {shlex.quote(path)}"
    yield "finish"


def _address(check: Check) -> str:
    """The path for the shell, with saved values escaped for an address."""
    parts = _NAME.split(check.path)
    used = set(parts[1::2])
    if not used:
        return f'"$(at {shlex.quote(check.host or "")})"{shlex.quote(check.path)}'
    pieces = [
        f'"$(escaped "${{saved_{part}:-}}")"' if number % 2 else shlex.quote(part) for number, part in enumerate(parts)
    ]
    return f'"$(at {shlex.quote(check.host or "")})"' + "".join(piece for piece in pieces if piece != "''")


def _body(check: Check) -> str:
    """The JSON body for the shell; jq puts saved values into it."""
    if check.body is None:
        return "''"
    names = sorted(_used(check.body))
    if not names:
        return shlex.quote(json.dumps(check.body, ensure_ascii=False))
    given = " ".join(f'--arg {name} "${{saved_{name}:-}}"' for name in names)
    return f'"$(jq -nc {given} {shlex.quote(_expression(check.body))})"'


def _used(value: Any) -> set[str]:  # noqa: ANN401 - a JSON body
    if isinstance(value, dict | list):
        return {name for inner in (value.values() if isinstance(value, dict) else value) for name in _used(inner)}
    return set(_NAME.findall(value)) if isinstance(value, str) else set()


def _expression(value: Any) -> str:  # noqa: ANN401 - likewise
    """A JSON value as a jq expression in which names in braces are variables."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)}: {_expression(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_expression, value)) + "]"
    if not isinstance(value, str):
        return json.dumps(value)
    pieces = [f"${part}" if number % 2 else _quoted(part) for number, part in enumerate(_NAME.split(value))]
    return "(" + " + ".join(pieces) + ")"


def _place(path: str) -> tuple[str, str]:
    """A place in the document as a jq expression, and an expression that says whether it is there."""
    here, exists = ".", []
    for index, key in _PART.findall(path.removeprefix("$")):
        kind, inner = ("array", index) if index else ("object", _quoted(key))
        exists.append(f'({here} | type == "{kind}" and has({inner}))')
        here = f"{here}[{inner}]"
    return here, " and ".join(exists)


def _condition(value: str, exists: str, wanted: Expected | None | bool | float | str) -> str:  # noqa: FBT001 - a plain value
    """Everything that is expected of a value, as one jq expression."""
    conditions = wanted.conditions if isinstance(wanted, Expected) else {"equals": wanted}
    found = []
    for condition, bound in conditions.items():
        if condition == "exists":
            found.append(f"({exists})" if bound else f"(({exists}) | not)")
        else:
            found.append(f"(({exists}) and {_holds(value, condition, bound)})")
    return " and ".join(found) or "true"


def _holds(value: str, condition: str, bound: Any) -> str:  # noqa: ANN401 - what a spec holds
    match condition:
        case "equals":
            return f"({value} == {_literal(bound)})"
        case "one_of":
            return f"({value} as $it | [{', '.join(map(_literal, bound))}] | any(. == $it))"
        case "matches":
            plain = f'({value} | type | . == "string" or . == "number" or . == "boolean")'
            return f"({plain} and ({value} | tostring | test({_quoted(_pattern(bound))})))"
        case _:
            sign = "<" if condition == "less_than" else ">"
            return f'(({value} | type) == "number" and {value} {sign} {_literal(bound)})'


def _pattern(wildcards: str) -> str:
    """A pattern with `*` and `?` as a regular expression; line breaks count as any character."""
    special = {"*": r"(.|\n)*", "?": r"(.|\n)"}
    return "^" + "".join(special.get(char) or re.sub(r"([^A-Za-z0-9_ -])", r"\\\1", char) for char in wildcards) + "$"


def _literal(value: Any) -> str:  # noqa: ANN401 - a plain value of a spec
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _quoted(text: str) -> str:
    """A text as a literal of jq, in which a backslash and a parenthesis would begin an expression."""
    return json.dumps(text, ensure_ascii=False)
