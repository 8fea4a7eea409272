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
                f"the purpose of {stack.environment} is production"
                if stack.purpose == "production"
                else "read replicas require backups"
            )
            yield Finding(
                f"databases.{name}.backup_days is 0, but {why}.",
                "write `backup_days: 7`.",
                ("databases", name, "backup_days"),
            )


RULE = Rule(
    id="DBS105",
    title="Database has no backups",
    what="`backup_days` is 0 in production, or for a database with read replicas.",
    why="Mistakes could not be undone, and RDS does not create replicas of a database without backups.",
    fix="Write `backup_days: 7`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html",
    bad="databases: {orders: {backup_days: 0}}",
    good="{environment: dev, databases: {orders: {backup_days: 0}}}",
    check_spec=check,
)
