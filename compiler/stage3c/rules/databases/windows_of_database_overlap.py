"""Database windows overlap or are too short."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Value
from stage3c.rules.databases.maintenance_falls_into_backup import faults_of_windows
from stage3c.rules.rule import Rule, at

_TIME: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_DAILY: Final = re.compile(rf"{_TIME}-{_TIME}")
_WEEKLY: Final = re.compile(rf"(?i:(mon|tue|wed|thu|fri|sat|sun):{_TIME}-(mon|tue|wed|thu|fri|sat|sun):{_TIME})")
_NAMES: Final = {
    "aws_db_instance": ("backup_window", "maintenance_window"),
    "aws_rds_cluster": ("preferred_backup_window", "preferred_maintenance_window"),
}


def check(graph: Graph) -> Iterator[Finding]:
    """Judge both windows of each database and cluster, where both are written in full."""
    for kind, (daily, weekly) in _NAMES.items():
        for database in graph.of_type(kind):
            backup = _window(database.attributes.get(daily), _DAILY)
            maintenance = _window(database.attributes.get(weekly), _WEEKLY)
            for fault in faults_of_windows(backup, maintenance):
                key = daily if fault.of_backup else weekly
                example = "03:00-04:00" if fault.of_backup else "sun:04:30-sun:05:30"
                yield at(database, f"has {key} {fault.cause}", f'set {key} = "{example}"')


def _window(value: Value, form: re.Pattern[str]) -> str | None:
    return value.lower() if isinstance(value, str) and form.fullmatch(value) else None


RULE = Rule(
    id="DBS231",
    scope="terraform",
    title="Database windows overlap or are too short",
    what="A backup or maintenance window is shorter than 30 minutes, or the two overlap.",
    why="RDS rejects both at apply; the provider does not check them.",
    fix='Set for example `backup_window = "03:00-04:00"` and `maintenance_window = "sun:04:30-sun:05:30"`.',
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html (2026-11-28)",
    bad_terraform="""\
resource "aws_db_instance" "main" {
  identifier                  = "shop"
  engine                      = "postgres"
  engine_version              = "16"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  username                    = "owner"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  skip_final_snapshot         = true
  backup_window               = "04:00-05:00"
  maintenance_window          = "sun:04:30-sun:05:30"
}
""",
    check_graph=check,
)
