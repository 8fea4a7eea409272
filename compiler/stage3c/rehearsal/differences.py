"""What a second plan may differ in because of the emulator alone: each by resource type and argument, with the reason. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

KNOWN: Final[Mapping[tuple[str, str], str]] = {}
"""None for the stacks that are compiled: the extensions in `emulator/` have removed all of them."""


def judged(plan: Mapping[str, Any], known: Mapping[tuple[str, str], str] = KNOWN) -> tuple[list[str], list[str]]:
    """The differences of a plan in JSON: those that are known, with reasons, and those that are not."""
    expected: list[str] = []
    unexpected: list[str] = []
    for change in plan.get("resource_changes", ()):
        for argument in _changed(change["change"]):
            reason = known.get((change["type"], argument))
            what = f"{change['address']}: {argument}"
            (expected if reason else unexpected).append(f"{what} ({reason})" if reason else what)
    return expected, unexpected


def _changed(change: Mapping[str, Any]) -> Iterator[str]:
    """The arguments that a planned change changes; the action itself where there is no before or after."""
    actions, before, after = change["actions"], change.get("before"), change.get("after")
    if actions in (["no-op"], ["read"]):
        return
    if actions != ["update"] or before is None or after is None:
        yield " and ".join(actions)
        return
    later = change.get("after_unknown") or {}
    for name in sorted({*before, *after, *later}):
        if later.get(name) is True or before.get(name) != after.get(name):
            yield name
