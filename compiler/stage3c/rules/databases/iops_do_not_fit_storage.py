"""Database IOPS do not fit its storage."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, number
from stage3c.rules.rule import Rule, at

_ENGINES: Final = ("postgres", "mysql", "mariadb")
_IOPS_PER_GIB: Final = {"io1": 50, "io2": 1_000, "gp3": 500}
_IOPS_MIN: Final = {"io1": 1_000, "io2": 1_000}
_GROWTH: Final = 10


def check(graph: Graph) -> Iterator[Finding]:
    """Judge instances of the open-source engines; others have other limits."""
    for database in graph.of_type("aws_db_instance"):
        if database.attributes.get("engine") in _ENGINES:
            yield from _faults(database)


def _faults(database: Resource) -> Iterator[Finding]:
    keys = ("allocated_storage", "max_allocated_storage", "iops")
    size, most, iops = (number(database.attributes.get(key)) for key in keys)
    kind = database.attributes.get("storage_type", "io1" if iops else "gp2")
    if not isinstance(kind, str) or not size:
        return
    if iops and iops < _IOPS_MIN.get(kind, 0):
        yield at(database, f"has {iops} IOPS; {kind} has at least {_IOPS_MIN[kind]:,}", f"set iops = {_IOPS_MIN[kind]}")
    elif iops and kind in _IOPS_PER_GIB and iops > _IOPS_PER_GIB[kind] * size:
        cause = f"has {iops:,} IOPS for {size} GiB; {kind} has at most {_IOPS_PER_GIB[kind]:,} per GiB"
        yield at(database, cause, f"set allocated_storage = {-(-iops // _IOPS_PER_GIB[kind])}")
    least = size + -(-size // _GROWTH)
    if database.spans and most and size < most < least:
        cause = f"has max_allocated_storage {most}; RDS requires at least 10 % more than the {size} GiB allocated"
        yield at(database, cause, f"set max_allocated_storage = {least}")


RULE = Rule(
    id="DBS232",
    scope="graph",
    title="Database IOPS do not fit its storage",
    what="A database has more IOPS per GiB than its storage type allows, or cannot grow by the 10 % that RDS requires.",
    why="RDS rejects it at apply; the provider does not check it.",
    fix="Allocate more storage, or set fewer IOPS.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html (2026-11-28)",
    bad_terraform="""\
resource "aws_db_instance" "main" {
  identifier                  = "shop"
  engine                      = "postgres"
  engine_version              = "16"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 100
  storage_type                = "io1"
  iops                        = 20000
  username                    = "owner"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  skip_final_snapshot         = true
}
""",
    check_graph=check,
)
