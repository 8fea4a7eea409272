"""IOPS are too few for the largest storage."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, number
from stage3c.rules.rule import Rule, at

# The least IOPS for each GiB of the largest size that autoscaling may reach, by storage type.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html (2026-11-28)
_LEAST = {"io1": 0.5, "io2": 0.5}
_ENGINES = ("postgres", "mysql", "mariadb")


def check(graph: Graph) -> Iterator[Finding]:
    """Hold the IOPS against the storage at its largest; what is too many for the storage now is another rule's."""
    for database in graph.of_type("aws_db_instance"):
        written = database.attributes
        kind, iops = written.get("storage_type"), number(written.get("iops"))
        least = _LEAST.get(kind) if isinstance(kind, str) and written.get("engine") in _ENGINES else None
        initial = number(written.get("allocated_storage"))
        largest = number(written.get("max_allocated_storage")) or initial
        if least is not None and iops is not None and largest is not None and iops < largest * least:
            grown = "may grow to" if largest != initial else "has"
            cause = f"has {iops:,} IOPS and {grown} {largest:,} GiB; {kind} requires at least {least} for each GiB"
            fix = f"write {int(largest * least):,} IOPS or more, or a largest size of {int(iops / least):,} GiB"
            yield at(database, cause, fix)


RULE = Rule(
    id="DBS119",
    title="IOPS are too few for the largest storage",
    scope="graph",
    what="The provisioned IOPS are less than half the limit of storage autoscaling in GiB.",
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
  allocated_storage           = 1000
  max_allocated_storage       = 10000
  storage_type                = "io1"
  iops                        = 3000
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
