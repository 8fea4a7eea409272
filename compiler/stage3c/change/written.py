"""The resources of a `main.tf.json`, and what the next build keeps of them. What is no such file holds nothing."""

import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field

REFERENCE: Final = re.compile(r"(?<!\.)\b((?:data\.)?aws_\w+\.[A-Za-z_][\w-]*)(?:\[\*?\d*\])*\.?(\w*)")
"""An address and the attribute that is read, inside an expression."""
_PRIORITY_MAX: Final = 50_000
_RULE: Final = "aws_lb_listener_rule"
Body = Mapping[str, Any]


class Written(Struct, frozen=True):
    """Blocks of managed resources by address, and the `moved` blocks."""

    resources: Mapping[str, Body] = field(default_factory=dict)
    moved: tuple[tuple[str, str], ...] = ()


def written(document: Any) -> Written:  # noqa: ANN401 - JSON is anything
    """Read a document, whoever wrote it."""
    members = document.get("resource") if isinstance(document, Mapping) else None
    found = {
        f"{kind}.{name}": body
        for kind, named in (members.items() if isinstance(members, Mapping) else ())
        for name, body in (named.items() if isinstance(named, Mapping) else ())
        if isinstance(body, Mapping)
    }
    listed = document.get("moved") if isinstance(document, Mapping) else None
    blocks = [block for block in (listed if isinstance(listed, list) else ()) if isinstance(block, Mapping)]
    return Written(found, tuple((str(block.get("from")), str(block.get("to"))) for block in blocks))


def kept_priorities(before: Written) -> dict[tuple[str, str], int]:
    """The priorities of listener rules, by the addresses of the listener and of the rule."""
    found: dict[tuple[str, str], int] = {}
    for address, body in before.resources.items():
        listener = REFERENCE.search(str(body.get("listener_arn")))
        priority = body.get("priority")
        if kind_at(address) == _RULE and listener and isinstance(priority, int) and 1 <= priority <= _PRIORITY_MAX:
            found[listener[1], address] = priority
    return found


def kind_at(address: str) -> str:
    """The type of a resource without a module."""
    return address.partition(".")[0]


def references(value: Any) -> set[tuple[str, str]]:  # noqa: ANN401 - JSON is anything
    """Every address in the expressions of a value, with the attribute that is read."""
    if isinstance(value, str):
        return {(found[1], found[2]) for found in REFERENCE.finditer(value)} if "${" in value else set()
    if isinstance(value, Mapping):
        return set().union(*map(references, value.values()))
    if isinstance(value, list):
        return set().union(*map(references, value))
    return set()


def renamed(value: Any, moved: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON is anything
    """A value with the new addresses of what has moved."""
    if isinstance(value, str):
        return _RENAMING.sub(lambda found: moved.get(found[0], found[0]), value) if moved else value
    if isinstance(value, Mapping):
        return {key: renamed(inner, moved) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, moved) for inner in value]
    return value


_RENAMING: Final = re.compile(r"(?<!\.)\baws_\w+\.[A-Za-z_][\w-]*")
