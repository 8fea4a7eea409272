"""Maintenance and backup windows overlap or are too short."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY, _WEEK, _LEAST = 24 * 60, 7 * 24 * 60, 30


def check(stack: Stack) -> Iterator[Finding]:
    """Compare both windows of each database, in minutes of the week."""
    for name, database in stack.databases.items():
        backup = [_minutes(time) for time in database.backup_window.split("-")]
        weekly = [
            _minutes(day_time[4:]) + _DAYS.index(day_time[:3]) * _DAY
            for day_time in database.maintenance_window.split("-")
        ]
        daily_length, weekly_length = (backup[1] - backup[0]) % _DAY, (weekly[1] - weekly[0]) % _WEEK
        for key, length in (("backup_window", daily_length), ("maintenance_window", weekly_length)):
            if length < _LEAST:
                yield Finding(
                    f"databases.{name}.{key} has {length} minutes; the minimum is {_LEAST}.",
                    f"write `{key}: {'03:00-04:00' if key == 'backup_window' else 'sun:04:30-sun:05:30'}`.",
                    ("databases", name, key),
                )
        days = range(-1, 8)
        if any(_overlap(backup[0] + day * _DAY, daily_length, weekly[0], weekly_length) for day in days):
            cause = (
                f"maintenance_window {database.maintenance_window} of databases.{name} "
                f"overlaps backup_window {database.backup_window}."
            )
            yield Finding(
                cause,
                'write `maintenance_window: "sun:04:30-sun:05:30"` and `backup_window: "03:00-04:00"`.',
                ("databases", name, "maintenance_window"),
            )


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
