"""What of somebody's Terraform is a secret: sensitive variables, what is named like one, what looks like one.

A sensitive value is unknown to everything that judges; what is left of secrets in a file is stars in every line that is shown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from stage3c.disclosure import STARS, Hidden, looks_secret, names_a_secret
from stage3c.graph import UNKNOWN, Expr, Graph, Json, Ref, Text, Value, document, flag
from stage3c.readers.results import Result

_LITERAL: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?')
_ASSIGNED: Final = re.compile(r'([\w-]{1,100})"?\s{0,40}[=:]\s{0,40}$')


def veiled(value: Result, texts: set[str]) -> Result:  # noqa: PLR0911 - one case for each kind of value
    """A value without its texts and numbers, which are added to those that are hidden; references stay."""
    match value:
        case bool() | None | Ref() | Expr():
            return value
        case str() | int() | float():
            texts.add(str(value))
            return UNKNOWN
        case Text(parts=parts):
            texts.update(part for part in parts if isinstance(part, str))
            return Expr("not known", tuple(part for part in parts if isinstance(part, Ref)))
        case dict():
            return {key: veiled(inner, texts) for key, inner in value.items()}
        case list():
            return [veiled(inner, texts) for inner in value]
        case Json(value=inner):
            return Json(veiled(inner, texts))
        case _:
            return value


def secrets_in(graph: Graph) -> Iterator[str]:
    """The texts of a graph that are secret by their name or their form."""
    settings = [resource.attributes for resource in graph.resources.values()]
    for each in (*settings, *graph.providers, graph.backend or {}):
        yield from _in_value(each)


def _in_value(value: Value) -> Iterator[str]:
    """The secret texts inside of a value, however deep; without recursion, so that nothing is too deep to be hidden."""
    waiting: list[tuple[Value, bool]] = [(value, False)]
    while waiting:
        each, is_secret = waiting.pop()
        match each:
            case str() if not is_secret and (inner := _document(each)) is not None:
                waiting.append((inner, False))
            case str() | Text():
                texts = [part for part in (each.parts if isinstance(each, Text) else (each,)) if isinstance(part, str)]
                yield from (text for text in texts if is_secret or looks_secret(text))
            case Json(value=inner):
                waiting.append((inner, is_secret))
            case Mapping():
                waiting += _members(each, is_secret=is_secret)
            case list() | tuple():
                waiting += ((inner, is_secret) for inner in each)


def _members(block: Mapping[str, Value], *, is_secret: bool) -> Iterator[tuple[Value, bool]]:
    """What a block holds, and whether it is secret: by its own name, or by that in `name` beside it."""
    name = block.get("name")
    named = isinstance(name, str) and names_a_secret(name)
    for key, inner in block.items():
        yield inner, is_secret or (named and key == "value") or _is_secret(str(key), inner)


def _document(text: str) -> Value:
    """What a text holds that is a list or a mapping in JSON; None for any other."""
    found = document(text) if text[:1] in ("[", "{") else None
    return found if isinstance(found, list | dict) else None


def _is_secret(key: str, value: Value) -> bool:
    """Whether an argument of this name holds a secret, and not a switch or a reference to one."""
    plain = isinstance(value, str) and flag(value) is None and not value.startswith(("arn:", "/", "alias/"))
    return plain and names_a_secret(key)


def shown(lines: Iterable[str], hidden: Hidden) -> list[str]:
    """Lines of a file without secrets."""
    return [_shown(hidden.clean(line)) for line in lines]


def without_literals(lines: Iterable[str]) -> list[str]:
    """Lines of a file that cannot be parsed, so that nobody knows what in it is sensitive: without texts that are assigned."""
    return [
        _LITERAL.sub(lambda text, line=line: f'"{STARS}"' if _name_of(line, text) is not None else text[0], line)  # type: ignore[misc] # bound now
        for line in lines
    ]


def _shown(line: str) -> str:
    if '"' not in line:
        return line
    told = any(names_a_secret(text[0].strip('"')) for text in _LITERAL.finditer(line))

    def replaced(text: re.Match[str]) -> str:
        name = _name_of(line, text)
        is_secret = name is not None and (names_a_secret(name) or (told and name == "value"))
        return f'"{STARS}"' if is_secret or looks_secret(text[0]) else text[0]

    return _LITERAL.sub(replaced, line)


def _name_of(line: str, text: re.Match[str]) -> str | None:
    """What a literal is assigned to."""
    found = _ASSIGNED.search(line, max(0, text.start() - 200), text.start())
    return found[1] if found else None
