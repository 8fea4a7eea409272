"""Backup retention is out of range."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_MOST_DAYS = 35


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the days of each database."""
    for name, database in stack.databases.items():
        if not 0 <= database.backup_days <= _MOST_DAYS:
            cause = f"databases.{name}.backup_days is {database.backup_days}; RDS allows 0 to 35."
            yield Finding(
                cause,
                f"write `backup_days: {35 if database.backup_days > _MOST_DAYS else 7}`.",
                ("databases", name, "backup_days"),
            )


RULE = Rule(
    id="DBS104",
    title="Backup retention is out of range",
    what="`backup_days` is less than 0 or more than 35.",
    why="RDS keeps automated backups for at most 35 days.",
    fix="Write a value from 1 to 35, such as `backup_days: 7`.",
    source=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html"
    ),
    bad="databases: {orders: {backup_days: 90}}",
    good="databases: {orders: {backup_days: 35}}",
    check_spec=check,
)
