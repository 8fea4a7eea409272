"""Database and secret share a name."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the keys."""
    for name in stack.secrets:
        if name in stack.databases:
            yield Finding(
                f'"{name}" is a database as well.', f"rename the secret, such as {name}-keys.", ("secrets", name)
            )


RULE = Rule(
    id="DBS115",
    title="Database and secret share a name",
    essential=True,
    what="A database and a secret have the same key.",
    why="`name.password` could mean either of them.",
    fix="Rename one.",
    source="The design of this language.",
    bad="secrets: {orders: plain}",
    check_spec=check,
)
