"""The arguments of a compiled stack as plain values, by what has been made so far; independent of the commands' own reading."""

import json
import re
from collections.abc import Mapping
from typing import Any

from stage3c.graph import Expr, Graph, Json, Ref, Resource, Text

PASSWORD = "made-by-nobody-3f9c"  # noqa: S105 - stands in for what Terraform would make
_OPTION = re.compile(r'one\(\[for o in \{0\} : o\.(\w+) if o\.domain_name == "([^"]+)"\]\)')
Made = Mapping[str, Mapping[str, Any]]


def arguments(resource: Resource, made: Made) -> dict[str, Any]:
    """All arguments that are set, resolved."""
    values = {name: _value(value, made) for name, value in resource.attributes.items()}
    return {name: value for name, value in values.items() if value is not None}


def _value(value: Any, made: Made) -> Any:  # noqa: PLR0911 - one exit a kind
    match value:
        case Ref():
            return attribute(value, made)
        case Expr(template=template, refs=refs):
            option = _OPTION.fullmatch(template)
            if option:
                (found,) = (each for each in attribute(refs[0], made) if each["domain_name"] == option[2])
                return found[option[1]]
            return json.dumps({"username": "app", "password": PASSWORD}) if "jsonencode" in template else PASSWORD
        case Text(parts=parts):
            return "".join(str(_value(part, made)) for part in parts)
        case Json(value=inner):
            return json.dumps(_value(inner, made))
        case Mapping():
            inner_values = {key: _value(each, made) for key, each in value.items()}
            return {key: each for key, each in inner_values.items() if each is not None}
        case list() | tuple():
            return [_value(each, made) for each in value]
        case _:
            return value


def attribute(ref: Ref, made: Made) -> Any:
    """What a reference leads to; a path such as `master_user_secret[0].secret_arn` is followed."""
    found: Any = made[ref.address]
    for step in re.findall(r"\w+", ref.attribute):
        found = found[int(step)] if step.isdigit() else found[step]
    return found


def in_order(graph: Graph) -> list[Resource]:
    """Managed resources, each after all that it refers to or waits for."""
    left = {address: each for address, each in graph.resources.items() if each.mode == "resource"}
    done: list[Resource] = []
    while left:
        free = [each for each in left.values() if not needs(each) & left.keys()]
        assert free, f"these wait for each other: {sorted(left)}"
        done += free
        for each in free:
            del left[each.address]
    return done


def needs(resource: Resource) -> set[str]:
    """The addresses that a resource refers to or waits for."""
    return {*resource.depends_on, *_addresses(resource.attributes)}


def parents(resource: Resource) -> set[str]:
    """The addresses that it refers to alone."""
    return _addresses(resource.attributes)


def _addresses(value: Any) -> set[str]:  # noqa: PLR0911 - one exit a kind
    match value:
        case Ref(address=address):
            return {address}
        case Expr(refs=refs):
            return {ref.address for ref in refs}
        case Text(parts=parts):
            return _addresses(list(parts))
        case Json(value=inner):
            return _addresses(inner)
        case Mapping():
            return {found for each in value.values() for found in _addresses(each)}
        case list() | tuple():
            return {found for each in value for found in _addresses(each)}
        case _:
            return set()
