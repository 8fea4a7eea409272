"""Check cannot see what it expects."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at what each check sends and expects."""
    for position, one in enumerate(stack.checks):
        path = ("checks", position)
        if one.json_values and (one.head or one.status in (204, 304)):
            yield Finding("an answer without a body has no JSON values.", "write get, or remove json.", path)
        if one.body is not None and (one.get or one.head):
            yield Finding("a GET or HEAD request has no body.", "write post, or remove body.", path)


RULE = Rule(
    id="CHK103",
    title="Check cannot see what it expects",
    what=(
        "A check expects JSON from a method or a status that has no body, or sends a body with a method that has none."
    ),
    why="It would fail on a stack that works, or pass on one that does not.",
    fix="Use `get`, and a status of 200.",
    source="https://www.rfc-editor.org/rfc/rfc9110",
    bad="checks: [{head: /health, json: {status: ok}}]",
    good="checks: [{get: /health, json: {status: ok}}]",
    check_spec=check,
)
