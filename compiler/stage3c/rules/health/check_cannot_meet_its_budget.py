"""Response budget of a check is longer than its timeout."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the two times of each check."""
    for position, one in enumerate(stack.checks):
        if one.response_ms is not None and one.response_ms > one.timeout_seconds * 1000:
            cause = f"checks[{position}].response_ms is {one.response_ms}; timeout_seconds is {one.timeout_seconds}."
            fix = f"write `timeout_seconds: {-(-one.response_ms // 1000)}`, or a smaller response_ms."
            yield Finding(cause, fix, ("checks", position, "response_ms"))


RULE = Rule(
    id="CHK108",
    title="Response budget is longer than the timeout",
    what="`response_ms` allows more time than `timeout_seconds`.",
    why="The request is given up before the budget is spent, so the budget has no effect.",
    fix="Raise `timeout_seconds`, or lower `response_ms`.",
    source="The design of this language.",
    bad="""
checks: [{get: /api/status, json: {database_connected: true}, response_ms: 20000}]
""",
    good="""
checks: [{get: /api/status, json: {database_connected: true}, response_ms: 2000}]
""",
    check_spec=check,
)
