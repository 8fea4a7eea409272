"""Lock table is not used."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the table with the way of locking."""
    if stack.state.lock == "s3" and stack.state.lock_table is not None:
        cause = f'state.lock is s3, so lock_table "{clip(stack.state.lock_table)}" is not used.'
        yield Finding(cause, "remove lock_table, or write `lock: both`.", ("state", "lock_table"))


RULE = Rule(
    id="STA104",
    title="Lock table is not used",
    severity=Severity.WARNING,
    what="`state.lock_table` is set, but `state.lock` is `s3`.",
    why="The state is locked by a file in the bucket only.",
    fix="Remove `lock_table`, or write `lock: both`.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    bad="state: {lock: s3, lock_table: shop-locks}",
    good="state: {lock: s3}",
    check_spec=check,
)
