"""Database version or class is not offered."""

from collections.abc import Iterator
from typing import Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, number
from stage3c.rules.rule import Rule, at

_TO_COME: Final = 6  # minor versions that RDS may have added since the facts were read

_LEFT_BEHIND: Final = 5  # a database that is not so far behind may be running still


def check(graph: Graph) -> Iterator[Finding]:
    """Hold PostgreSQL versions and classes against `facts/rds_postgres.json`; families that it does not have are passed over."""
    for database in graph.of_type("aws_db_instance"):
        if database.attributes.get("engine") == "postgres":
            version, size = database.attributes.get("engine_version"), database.attributes.get("instance_class")
            if isinstance(version, str):
                for fault in _of_version(version):
                    yield at(database, *fault)
            if isinstance(size, str):
                for fault in _of_class(size):
                    yield at(database, *fault)


def _of_version(version: str) -> Iterator[tuple[str, str]]:
    major, _, rest = version.partition(".")
    minor = number(rest)
    facts = load("rds_postgres")
    known, offered = facts["minors_by_major"].get(major), facts["new_instances_by_major"].get(major)
    if not known or minor is None or max(known) < minor <= max(known) + _TO_COME:
        return
    if minor not in known:
        yield f'has engine_version "{version[:20]}", which RDS does not have', f'set engine_version = "{major}"'
    elif offered and minor < min(offered) - _LEFT_BEHIND:
        cause = f'has engine_version "{version[:20]}", which RDS no longer offers for new databases'
        yield cause, f'set engine_version = "{major}.{max(offered)}", or "{major}"'


def _of_class(size: str) -> Iterator[tuple[str, str]]:
    family, _, name = size.removeprefix("db.").partition(".")
    sizes = load("rds_postgres")["sizes_by_family"].get(family)
    if sizes and "." not in name and name not in sizes:
        yield (
            f'has instance_class "{size[:40]}", but db.{family} has no such size',
            f'set instance_class = "db.{family}.{sizes[0]}"',
        )


RULE = Rule(
    id="DBS262",
    scope="terraform",
    title="Database version or class is not offered",
    what="A PostgreSQL database has a minor version or an instance size that RDS does not offer.",
    why="RDS rejects it at apply: Cannot find version, or InvalidParameterCombination.",
    fix='Write the major version alone, such as `engine_version = "16"`, and a size that the family has.',
    source="facts/rds_postgres.json",
    severity=Severity.WARNING,  # RDS adds versions and sizes
    bad_terraform="""\
resource "aws_db_instance" "main" {
  identifier                  = "shop"
  engine                      = "postgres"
  engine_version              = "16.99"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  username                    = "owner"
  manage_master_user_password = true
  skip_final_snapshot         = true
}
""",
    check_graph=check,
)
