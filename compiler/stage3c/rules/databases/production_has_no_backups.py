"""Database has no backups."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for databases that keep nothing."""
    for name, database in stack.databases.items():
        if database.backup_days == 0 and (stack.purpose == "production" or database.replicas.count):
            why = (
                f"{stack.environment} is for production"
                if stack.purpose == "production"
                else "replicas are made from backups"
            )
            yield Finding(
                f"backups of {name} are off, and {why}.", "write backup_days: 7.", ("databases", name, "backup_days")
            )


RULE = Rule(
    id="DBS105",
    title="Database has no backups",
    what="`backup_days` is 0 in production, or for a database with read replicas.",
    why="A mistake could not be undone; and RDS refuses to replicate an instance without backups.",
    fix="Write 1 to 35 days.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html",
    bad="databases: {orders: {backup_days: 0}}",
    good="{environment: dev, databases: {orders: {backup_days: 0}}}",
    check_spec=check,
)
