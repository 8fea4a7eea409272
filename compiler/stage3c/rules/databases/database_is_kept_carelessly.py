"""A database that is easily lost."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, blocks, flag
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at

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
    if attributes.get("parameter_group_name") is None:
        yield "has no parameter group, so it forces no TLS on its clients before PostgreSQL 15"
    elif group is not None and group.mode == "resource":
        parameters = {str(p.get("name")): str(p.get("value")) for p in blocks(group.attributes.get("parameter"))}
        if parameters.get("rds.force_ssl") in (None, "0") and attributes.get("engine") == "postgres":
            yield f"forces no TLS on its clients: {group.address} has no rds.force_ssl"


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
  engine                      = "postgres"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  username                    = "owner"
  manage_master_user_password = true
  skip_final_snapshot         = true
}
""",
    check_graph=check,
)
