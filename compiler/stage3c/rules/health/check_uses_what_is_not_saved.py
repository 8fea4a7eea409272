"""Check uses a value that no earlier check saves."""

import re
from collections.abc import Iterator
from typing import Any, Final

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,100})\}")


def check(stack: Stack) -> Iterator[Finding]:
    """Follow each sequence, and look at what is saved outside of one."""
    saved: dict[str, set[str]] = {}
    for position, one in enumerate(stack.checks):
        path = ("checks", position)
        known = saved.setdefault(one.sequence, set()) if one.sequence else set()
        for name in sorted((_used(one.path) | _used(one.body)) - known):
            cause = f"checks[{position}] uses {{{name}}}, which no earlier check of its sequence saves."
            yield Finding(cause, f"add `save: {{{name}: id}}` and `sequence` to the check before it.", path)
        if one.save and not one.sequence:
            cause = f"checks[{position}] saves a value, but belongs to no sequence."
            yield Finding(cause, "add `sequence: orders` to this check and to those that use the value.", path)
        known |= set(one.save)


def _used(value: Any) -> set[str]:  # noqa: ANN401 - a JSON body
    """The names in braces, anywhere in a value."""
    if isinstance(value, dict | list):
        return {name for inner in (value.values() if isinstance(value, dict) else value) for name in _used(inner)}
    return set(_PLACEHOLDER.findall(value)) if isinstance(value, str) else set()


RULE = Rule(
    id="CHK107",
    title="Check uses a value that is not saved",
    what="A path or body has a name in braces that no earlier check of its sequence saves, or a check saves without a sequence.",
    why="Only checks of one sequence run in order; the request would be sent with the braces in it.",
    fix="Give both checks the same `sequence`, and `save` the value in the first.",
    source="The design of this language.",
    bad="""
checks: [{get: /api/status, json: {database_connected: true}}, {get: "/api/orders/{order}"}]
""",
    good="""
checks:
  - {get: /api/status, json: {database_connected: true}}
  - {post: /api/orders, body: {sku: A1}, status: 201, sequence: orders, save: {order: id}}
  - {get: "/api/orders/{order}", sequence: orders}
""",
    check_spec=check,
)
