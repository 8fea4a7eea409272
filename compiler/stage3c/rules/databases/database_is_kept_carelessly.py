"""Database lacks encryption, backups or protection."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, blocks, flag
from stage3c.rules.rule import Rule, at

_FORCES_TLS = 15
_WANTED = {
    "storage_encrypted": ("is not encrypted: storage_encrypted is not set", "set storage_encrypted = true"),
    "multi_az": ("has no standby in another zone: multi_az is not set", "set multi_az = true"),
    "backup_retention_period": ("does not set backup_retention_period", "set backup_retention_period = 7"),
    "deletion_protection": ("does not set deletion_protection", "set deletion_protection = true"),
    "engine_version": ("does not set engine_version, so AWS chooses one", 'set engine_version = "16"'),
    "identifier": ("does not set identifier, so Terraform generates one", 'set identifier = "shop-main"'),
}


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every primary; a stack that says on purpose what it does without is told all the same."""
    for database in graph.of_type("aws_db_instance"):
        if database.attributes.get("replicate_source_db") is None:
            for fault in _faults(graph, database):
                yield at(database, *fault)
    for group in graph.of_type("aws_db_subnet_group"):
        subnets = group.attributes.get("subnet_ids")
        if isinstance(subnets, list | tuple) and len({repr(subnet) for subnet in subnets}) == 1:
            yield at(group, "has one subnet, but RDS requires two zones", "add a subnet in a second zone to subnet_ids")


def _faults(graph: Graph, database: Resource) -> Iterator[tuple[str, str]]:
    attributes = database.attributes
    yield from (words for key, words in _WANTED.items() if attributes.get(key) is None)
    if flag(attributes.get("storage_encrypted"), default=True) is False:
        yield "is not encrypted: storage_encrypted is false", "set storage_encrypted = true"
    group = graph.target(attributes.get("parameter_group_name"))
    if attributes.get("parameter_group_name") is None and _is_lax(attributes):
        yield (
            "has no parameter group, so PostgreSQL before 15 accepts connections without TLS",
            "set parameter_group_name to a group with rds.force_ssl = 1",
        )
    elif group is not None and group.mode == "resource" and attributes.get("engine") == "postgres":
        parameters = {str(p.get("name")): str(p.get("value")) for p in blocks(group.attributes.get("parameter"))}
        forced = parameters.get("rds.force_ssl")
        if forced == "0" or (forced is None and _is_lax(attributes)):
            yield (
                f"accepts connections without TLS: {group.address} does not set rds.force_ssl to 1",
                'add parameter { name = "rds.force_ssl", value = "1" } to the group',
            )


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
    title="Database lacks encryption, backups or protection",
    what="A database has no encryption, standby, backups, deletion protection or required TLS.",
    why="A failed zone, a mistaken destroy or an eavesdropper is enough to lose or expose the data.",
    fix="Set storage_encrypted, multi_az, backup_retention_period, deletion_protection and rds.force_ssl.",
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
