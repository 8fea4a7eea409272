"""Combinations of arguments that AWS does not accept: reads `facts/combinations.json` and says which a graph has.

A row holds where all of its conditions certainly do. A path steps through blocks, JSON documents and references, so that
`task_definition.network_mode` of a service is what its task definition says; `at` says in which blocks a row is looked
for, `/` starts at the resource again, `#` counts what is set, and `is` is the type of a resource. A bound is a number, or
what is at a path of the same block: `< @min_size + 0`. What is not known fulfils no condition.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from operator import ge, gt, le, lt
from typing import Any, Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.graph import UNKNOWN, Expr, Graph, Json, Ref, Resource, Text, Value, document, items, number
from stage3c.rules.rule import at

_COMPARED: Final[Mapping[str, Callable[[int, int], bool]]] = {">": gt, "<": lt, ">=": ge, "<=": le}
_OFF: Final[tuple[Value, ...]] = (False, "", "false", "False", 0, "0")
_NOT_SET: Final[tuple[Value, ...]] = (*_OFF, (), [], {})
_FOLLOWED_MAX: Final = 20
Condition = str | Sequence[str | None]
Block = Mapping[str, Value]


def combined(graph: Graph, subject: str, table: str = "combinations") -> Iterator[Finding]:
    """A finding for each row of a subject that a resource fulfils; each row at most once a resource."""
    for kind, rows in load(table)["rows"][subject].items():
        for resource in graph.of_type(kind):
            root, is_written = _root(resource), bool(resource.spans)
            for row in rows:
                if row.get("written") and not is_written:
                    continue  # a plan or state also holds what AWS or the provider filled in
                if any(_fulfils(graph, row["if"], root, block) for block in _blocks(graph, row.get("at", ""), root)):
                    yield at(resource, row["cause"], row["fix"])


def _root(resource: Resource) -> Block:
    """The arguments of a resource, with its type and what of its lifecycle matters."""
    lifecycle: dict[str, Value] = {
        "create_before_destroy": resource.lifecycle.create_before_destroy,
        "ignore_changes": resource.lifecycle.ignore_changes,
    }
    return {**resource.attributes, "lifecycle": lifecycle, "is": resource.type}


def _blocks(graph: Graph, path: str, root: Block) -> Iterator[Block]:
    found = [root] if not path else _leaves(graph, path, root, root)
    return (block for block in found if isinstance(block, Mapping))


def _fulfils(graph: Graph, conditions: Mapping[str, Any], root: Block, block: Block) -> bool:
    return all(_holds(graph, path, condition, root, block) for path, condition in conditions.items())


def _holds(graph: Graph, path: str, condition: Condition, root: Block, block: Block) -> bool:
    found = _leaves(graph, path.removesuffix("#"), root, block)
    if path.endswith("#"):
        is_counted = not any(isinstance(value, Expr) for value in found)
        return is_counted and _is_within(sum(value not in _OFF for value in found), str(condition))
    if condition == "absent":
        return not found
    if isinstance(condition, str) and condition[1:].lstrip("= ").startswith("@"):
        return _is_beyond(graph, found, condition, root, block)
    if isinstance(condition, str):
        return any(_matches(value, condition) for value in found)
    return any(_is_among(value, condition) for value in found) or (not found and None in condition)


def _is_beyond(graph: Graph, found: Sequence[Value], condition: str, root: Block, block: Block) -> bool:
    """Tell whether a number compares, as `< @min_size + 0` says, with the one at another path; both are known."""
    sign, path, _, more = condition.split()
    here, there = (
        [number(value) for value in values] for values in (found, _leaves(graph, path.removeprefix("@"), root, block))
    )
    return any(
        _COMPARED[sign](one, other + int(more))
        for one in here
        for other in there
        if one is not None and other is not None
    )


def _matches(value: Value, condition: str) -> bool:
    """Tell whether a value is set, of a form, not of a form, or within a bound; False where that is not known."""
    if condition == "set":
        return not isinstance(value, Expr) and value not in _NOT_SET
    if condition.startswith(("~", "!~")):
        told = isinstance(value, str | int | float) and not isinstance(value, bool)
        pattern = condition.lstrip("!~")
        return told and (re.fullmatch(pattern, str(value)) is not None) == condition.startswith("~")
    found = number(value)
    return found is not None and _is_within(found, condition)


def _is_within(found: int, condition: str) -> bool:
    sign, bound = condition.split()
    return _COMPARED[sign](found, int(bound))


def _is_among(value: Value, wanted: Sequence[str | None]) -> bool:
    told = isinstance(value, str | int)
    return told and str(value).lower() in [each.lower() for each in wanted if each is not None]


def _leaves(graph: Graph, path: str, root: Block, block: Block) -> list[Value]:
    """What is at the end of a path, without what is null; `UNKNOWN` among it where a step is not known."""
    here: list[Value] = [root if path.startswith("/") else block]
    for key in path.removeprefix("/").split("."):
        here = list(chain.from_iterable(_step(graph, value, key) for value in here))
    return [graph.resolved(value) for value in here]


def _step(graph: Graph, value: Value, key: str) -> list[Value]:
    """The members under a key of a block, of a JSON document, or of the resource that a reference means."""
    target = graph.target(value) if isinstance(value, Ref) else None
    if target is not None and target.mode == "resource":
        value = _root(target)
    if not isinstance(value, Mapping):
        return [UNKNOWN] if isinstance(value, Expr | Ref | Text) else []
    inner = _followed(graph, value.get(key))
    opened = document(inner) if isinstance(inner, Json) or key == "container_definitions" else inner
    return [_followed(graph, member) for member in items(opened) if member is not None]


def _followed(graph: Graph, value: Value) -> Value:
    """What a reference leads to; one to a name stays, so that a path can go on from what has the name."""
    for _ in range(_FOLLOWED_MAX):
        target = graph.target(value)
        found = target.attributes.get(value.attribute) if target is not None and isinstance(value, Ref) else None
        if found is None or isinstance(found, bool | int | float | str | Text):
            return value
        value = found
    return value
