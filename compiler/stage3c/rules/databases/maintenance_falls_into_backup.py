"""Maintenance and backup windows overlap or are too short."""

from collections.abc import Iterator
from typing import NamedTuple

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY, _WEEK, _LEAST = 24 * 60, 7 * 24 * 60, 30


class WindowFault(NamedTuple):
    """What is wrong with one of the windows; the cause follows its name."""

    of_backup: bool
    cause: str


def check(stack: Stack) -> Iterator[Finding]:
    """Judge both windows of each database."""
    for name, database in stack.databases.items():
        for fault in faults_of_windows(database.backup_window, database.maintenance_window):
            key = "backup_window" if fault.of_backup else "maintenance_window"
            example = "03:00-04:00" if fault.of_backup else "sun:04:30-sun:05:30"
            yield Finding(
                f"databases.{name}.{key} {fault.cause}.", f'write `{key}: "{example}"`.', ("databases", name, key)
            )


def faults_of_windows(backup: str | None, maintenance: str | None) -> Iterator[WindowFault]:
    """Compare a daily and a weekly window, such as 03:00-04:00 and sun:04:30-sun:05:30, in minutes of the week."""
    daily = [_minutes(time) for time in backup.split("-")] if backup else None
    weekly = [_minutes(t[4:]) + _DAYS.index(t[:3]) * _DAY for t in maintenance.split("-")] if maintenance else None
    daily_length = (daily[1] - daily[0]) % _DAY if daily else _DAY
    weekly_length = (weekly[1] - weekly[0]) % _WEEK if weekly else _WEEK
    for of_backup, length in ((True, daily_length), (False, weekly_length)):
        if length < _LEAST:
            yield WindowFault(of_backup, f"of {length} minutes; the minimum is {_LEAST}")
    if daily and weekly:
        starts = (daily[0] + day * _DAY for day in range(-1, 8))
        if any(_overlap(start, daily_length, weekly[0], weekly_length) for start in starts):
            yield WindowFault(of_backup=False, cause=f"{maintenance}, which overlaps the backup window {backup}")


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def _overlap(start: int, length: int, other: int, other_length: int) -> bool:
    return start < other + other_length and other < start + length


RULE = Rule(
    id="DBS106",
    title="Maintenance and backup windows overlap or are too short",
    what="A window is shorter than 30 minutes, or the weekly maintenance overlaps the daily backup.",
    why="RDS rejects both at apply; the provider does not check them.",
    fix='Write for example `backup_window: "03:00-04:00"` and `maintenance_window: "sun:04:30-sun:05:30"`.',
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",
    bad="""databases: {orders: {backup_window: "04:00-05:00", maintenance_window: "sun:04:30-sun:05:30"}}""",
    good="""databases: {orders: {backup_window: "23:30-00:30", maintenance_window: "sun:04:30-sun:05:30"}}""",
    check_spec=check,
)
