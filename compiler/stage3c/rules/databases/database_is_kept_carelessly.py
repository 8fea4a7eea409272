"""A database that is easily lost."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, blocks, flag
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at

_FORCES_TLS = 15
_WANTED = {
    "storage_encrypted": "is not encrypted: it has no storage_encrypted",
    "multi_az": "has no standby in another zone: it has no multi_az",
    "backup_retention_period": "keeps no backups of its own choice",
    "deletion_protection": "says nothing of deletion_protection",
    "engine_version": "leaves its engine_version to chance",
    "identifier": "leaves its identifier to chance",
}


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every primary; a stack that says on purpose what it does without is told all the same."""
    for database in graph.of_type("aws_db_instance"):
        if database.attributes.get("replicate_source_db") is None:
            for fault in _faults(graph, database):
                yield at(database, fault, "set what is missing, or say why not")
    for group in graph.of_type("aws_db_subnet_group"):
        subnets = group.attributes.get("subnet_ids")
        if isinstance(subnets, list | tuple) and len({repr(subnet) for subnet in subnets}) == 1:
            yield at(group, "has one subnet, and RDS wants two zones", "name a subnet in each of two zones")


def _faults(graph: Graph, database: Resource) -> Iterator[str]:
    attributes = database.attributes
    yield from (words for key, words in _WANTED.items() if attributes.get(key) is None)
    if flag(attributes.get("storage_encrypted"), default=True) is False:
        yield "is not encrypted"
    group = graph.target(attributes.get("parameter_group_name"))
    if attributes.get("parameter_group_name") is None and _is_lax(attributes):
        yield "has no parameter group, so it forces no TLS on its clients before PostgreSQL 15"
    elif group is not None and group.mode == "resource" and attributes.get("engine") == "postgres":
        parameters = {str(p.get("name")): str(p.get("value")) for p in blocks(group.attributes.get("parameter"))}
        forced = parameters.get("rds.force_ssl")
        if forced == "0" or (forced is None and _is_lax(attributes)):
            yield f"forces no TLS on its clients: {group.address} has no rds.force_ssl"


def _is_lax(attributes: Mapping[str, Value]) -> bool:
    """PostgreSQL before 15 lets clients speak without TLS unless told; later versions force it, others have another parameter.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html (2026-11-28)
    """
    version = attributes.get("engine_version")
    major = version.partition(".")[0] if isinstance(version, str) else ""
    return attributes.get("engine") == "postgres" and major.isdecimal() and int(major[:4]) < _FORCES_TLS


RULE = Rule(
    id="DBS202",
    scope="terraform",
    title="Database is kept carelessly",
    what="A database is unencrypted, in one zone, without backups, protection, a final snapshot, or TLS forced on its clients.",
    why="One failed zone, one wrong destroy or one listener on the wire is enough to lose the data or to leak it.",
    fix="Set storage_encrypted, multi_az, backup_retention_period, deletion_protection, and rds.force_ssl.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_db_instance" "main" {
  identifier                  = "main"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  manage_master_user_password = true
  username                    = "owner"
  skip_final_snapshot         = true
}
""",
    good_terraform="""\
resource "aws_db_instance" "main" {
  identifier                  = "main"
  engine                      = "postgres"
  engine_version              = "16.4"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  manage_master_user_password = true
  username                    = "owner"
  final_snapshot_identifier   = "main-final"
  storage_encrypted           = true
  multi_az                    = true
  backup_retention_period     = 7
  deletion_protection         = true
  parameter_group_name        = "postgres16-with-tls"
}
""",
    check_graph=check,
)
