"""The `resource_changes` of somebody's plan, judged as a change of a spec is.

Format: https://developer.hashicorp.com/terraform/internals/json-format#change-representation (2026-11-28).
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from stage3c.change.faults import cause_of, severity_of
from stage3c.change.judge import LETS_GO, Change
from stage3c.diagnostics import Fault, Span
from stage3c.graph import Graph

_FIX: Final = "restore the old value or block, or back up what must stay and apply without this check."
_IDS: Final = ("id", "arn")
_MALFORMED: Final = (AttributeError, KeyError, TypeError, ValueError)


def planned_changes(document: Any) -> tuple[Change, ...]:  # noqa: ANN401 - JSON is anything
    """What a plan replaces and destroys; nothing for a state or for what is no plan."""
    try:
        listed = [each for each in document.get("resource_changes") or () if each.get("mode", "managed") == "managed"]
        return tuple(_change(each, listed) for each in listed if "delete" in each["change"]["actions"])
    except _MALFORMED:
        return ()


def action_of(actions: Collection[str]) -> str:
    """What a plan does with one resource in one word, such as create or replace."""
    if "delete" in actions:
        return "replace" if "create" in actions else "destroy"
    return next(iter(actions), "")


def planned_faults(changes: Sequence[Change], graph: Graph, file: str) -> Iterator[Fault]:
    """What a plan would lose, at the resource's own line where the graph still has it."""
    for change in changes:
        code = severity_of(change)
        if code:
            resource = graph.resources.get(change.address)
            span = resource.origin.span if resource and resource.origin.span else Span(file)
            yield Fault(code, cause_of(change), _FIX, span)


def _change(planned: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Change:
    change = planned["change"]
    action = action_of(change["actions"])
    arguments = sorted({str(path[0]) for path in change.get("replace_paths") or () if path})
    users = tuple(_users(planned, others)) if planned["type"] in LETS_GO else ()
    heirs = (o["address"] for o in others if o["type"] == planned["type"] and o["change"]["actions"] == ["create"])
    return Change(
        str(planned["address"]), action, tuple(arguments), "", users, tuple(map(str, heirs)), str(planned["type"])
    )


def _users(planned: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What stays and names the resource by its id or ARN."""
    before = planned["change"].get("before") or {}
    names = [json.dumps(before[key]) for key in _IDS if isinstance(before.get(key), str)]
    for other in others:
        change = other["change"]
        stays = change["actions"] != ["delete"] and other is not planned and change.get("before")
        if stays and other["type"] not in LETS_GO[planned["type"]]:
            text = json.dumps(change["before"])
            if any(name in text for name in names):
                yield str(other["address"])
