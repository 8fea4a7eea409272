"""IOPS do not fit the storage."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, number
from stage3c.rules.rule import Rule, at

# IOPS for each GiB of storage, least and most, by storage type. The least counts for the largest size that autoscaling may
# reach. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html and
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html (2026-11-28)
_RATIOS = {"io1": (0.5, 50), "io2": (0.5, 1000), "gp3": (0, 500)}
_ENGINES = ("postgres", "mysql", "mariadb")


def check(graph: Graph) -> Iterator[Finding]:
    """Hold the IOPS against the storage, now and at its largest."""
    for database in graph.of_type("aws_db_instance"):
        written = database.attributes
        kind, iops = written.get("storage_type"), number(written.get("iops"))
        if isinstance(kind, str) and kind in _RATIOS and iops is not None and written.get("engine") in _ENGINES:
            yield from _faults(database, kind, iops)


def _faults(database: Resource, kind: str, iops: int) -> Iterator[Finding]:
    least, most = _RATIOS[kind]
    initial = number(database.attributes.get("allocated_storage"))
    largest = number(database.attributes.get("max_allocated_storage")) or initial
    if initial is not None and iops > initial * most:
        cause = f"has {iops:,} IOPS for {initial:,} GiB; {kind} allows at most {most} for each GiB"
        yield at(database, cause, f"write {int(initial * most):,} IOPS or fewer, or more storage")
    elif largest is not None and iops < largest * least:
        grown = "may grow to" if largest != initial else "has"
        cause = f"has {iops:,} IOPS and {grown} {largest:,} GiB; {kind} requires at least {least} for each GiB"
        yield at(
            database,
            cause,
            f"write {int(largest * least):,} IOPS or more, or a largest size of {int(iops / least):,} GiB",
        )


RULE = Rule(
    id="DBS119",
    title="IOPS do not fit the storage",
    scope="graph",
    what="The ratio of provisioned IOPS to storage, or to the limit of storage autoscaling, is out of range.",
    why="The provider does not check it; RDS rejects it at apply.",
    fix="Raise `iops`, or lower `max`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html (2026-11-28)",
    bad="databases: {orders: {storage_gib: {initial: 1000, max: 10000, type: io1, iops: 3000}}}",
    good="databases: {orders: {storage_gib: {initial: 1000, max: 6000, type: io1, iops: 3000}}}",
    bad_terraform="""
resource "aws_db_instance" "main" {
  identifier                  = "shop"
  engine                      = "postgres"
  engine_version              = "16"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 100
  storage_type                = "io1"
  iops                        = 8000
  db_name                     = "shop"
  username                    = "owner"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  storage_encrypted           = true
  multi_az                    = true
  backup_retention_period     = 7
  deletion_protection         = true
  final_snapshot_identifier   = "shop-final"
}
""",
    check_graph=check,
)
