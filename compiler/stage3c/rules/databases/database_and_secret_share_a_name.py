"""Database and secret have the same key."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the keys."""
    for name in stack.secrets:
        if name in stack.databases:
            yield Finding(
                f"{name} is a key of both secrets and databases.",
                f"rename the secret, for example to `{name}-keys`.",
                ("secrets", name),
            )


RULE = Rule(
    id="DBS115",
    title="Database and secret have the same key",
    essential=True,
    what="A key of `secrets` is also a key of `databases`.",
    why="`name.password` would be ambiguous.",
    fix="Rename one of them.",
    source="The design of this language.",
    bad="secrets: {orders: plain}",
    check_spec=check,
)
