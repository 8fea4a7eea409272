"""Production database has no deletion protection or final snapshot."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at both protections."""
    if stack.purpose != "production":
        return
    for name, database in stack.databases.items():
        for key in ("deletion_protection", "final_snapshot"):
            if not getattr(database, key):
                cause = f"databases.{name}.{key} is false, but the purpose of {stack.environment} is production."
                yield Finding(cause, f"write `{key}: true`.", ("databases", name, key))


RULE = Rule(
    id="DBS113",
    title="Production database has no deletion protection or final snapshot",
    what="A production database has `deletion_protection: false` or `final_snapshot: false`.",
    why="One `terraform destroy`, or one change that replaces the database, would delete all data.",
    fix="Remove the line; both default to true.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    bad="databases: {orders: {deletion_protection: false}}",
    good="{environment: dev, databases: {orders: {deletion_protection: false, final_snapshot: false}}}",
    check_spec=check,
)
