"""Recovery window of a secret is out of range."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_WINDOWS = (0, *range(7, 31))


def check(stack: Stack) -> Iterator[Finding]:
    """Look at each window."""
    for name, secret in stack.secrets.items():
        days = secret.recovery_days
        if days is not None and days not in _WINDOWS:
            yield Finding(
                f"secrets.{name}.recovery_days is {days}; Secrets Manager allows 0, or 7 to 30.",
                "write `recovery_days: 7`.",
                ("secrets", name, "recovery_days"),
            )


RULE = Rule(
    id="SEC108",
    title="Recovery window of a secret is out of range",
    what="`recovery_days` is neither 0 nor from 7 to 30.",
    why="Secrets Manager rejects every other value.",
    fix="Write `recovery_days: 7`.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html",
    bad="secrets: {session: {format: plain, recovery_days: 3}}",
    good="secrets: {other: {format: plain, recovery_days: 7}}",
    check_spec=check,
)
