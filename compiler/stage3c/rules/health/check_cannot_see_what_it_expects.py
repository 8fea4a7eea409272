"""Check expects or sends a body that does not exist."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at what each check sends and expects."""
    for position, one in enumerate(stack.checks):
        path = ("checks", position)
        if one.json_values and (one.head or one.status in (204, 304)):
            yield Finding(
                f"checks[{position}] expects json, but its response has no body.",
                "use `get` and `status: 200`, or remove json.",
                path,
            )
        if one.body is not None and (one.get or one.head):
            yield Finding(
                f"checks[{position}] sends a body with a GET or HEAD request.", "use `post`, or remove body.", path
            )


RULE = Rule(
    id="CHK103",
    title="Check expects or sends a body that does not exist",
    what="A check expects JSON from a response without a body, or sends a body with GET or HEAD.",
    why="It would fail on a stack that works, or pass on one that does not.",
    fix="Use `get` with `status: 200` to compare JSON, and `post` to send a body.",
    source="https://www.rfc-editor.org/rfc/rfc9110",
    bad="checks: [{head: /health, json: {status: ok}}]",
    good="checks: [{get: /health, json: {status: ok}}]",
    check_spec=check,
)
