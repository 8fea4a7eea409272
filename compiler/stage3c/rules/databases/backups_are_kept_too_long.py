"""Backup retention is outside of what RDS keeps."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_MOST_DAYS = 35


def check(stack: Stack) -> Iterator[Finding]:
    """Look at the days of each database."""
    for name, database in stack.databases.items():
        if not 0 <= database.backup_days <= _MOST_DAYS:
            cause = f"{database.backup_days} days; RDS keeps backups for 0 to 35."
            yield Finding(
                cause,
                f"write backup_days: {35 if database.backup_days > _MOST_DAYS else 7}.",
                ("databases", name, "backup_days"),
            )


RULE = Rule(
    id="DBS104",
    title="Backup retention is outside of what RDS keeps",
    what="`backup_days` is below 0 or above 35.",
    why="RDS keeps automated backups for 35 days at most.",
    fix="Write 1 to 35 days.",
    source=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html"
    ),
    bad="databases: {orders: {backup_days: 90}}",
    good="databases: {orders: {backup_days: 35}}",
    check_spec=check,
)
