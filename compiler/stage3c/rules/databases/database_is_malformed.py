"""A database that RDS does not take."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, flag, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at

_WINDOW = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
_WEEKLY = re.compile(rf"{_DAY}:[0-2][0-9]:[0-5][0-9]-{_DAY}:[0-2][0-9]:[0-5][0-9]", re.IGNORECASE)
_ENGINES = ("postgres", "mysql", "mariadb", "aurora", "aurora-mysql", "aurora-postgresql")
_FAMILIES = ("oracle-", "sqlserver-", "custom-", "db2-")
_CLASS = re.compile(r"db\.[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|[0-9]*xlarge)(\.[a-z0-9.]+)?")
_PASSWORDS = ("password", "password_wo")


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every instance, whether a primary or a replica."""
    for database in graph.of_type("aws_db_instance"):
        if (
            database.attributes.get("snapshot_identifier") is None
            and database.attributes.get("restore_to_point_in_time") is None
        ):
            primary = database.attributes.get("replicate_source_db") is None
            faults = _of_primary(database) if primary else _of_replica(graph, database)
            for fault in (*faults, *_of_any(graph, database)):
                yield at(database, fault, "complete it")


def _of_primary(database: Resource) -> Iterator[str]:
    attributes = database.attributes
    managed = flag(attributes.get("manage_master_user_password"), default=False)
    own = [key for key in _PASSWORDS if attributes.get(key) is not None]
    if managed and own:
        yield f"has manage_master_user_password and {own[0]} as well"
    if managed is False and not own:
        yield "has no password: neither manage_master_user_password nor one of its own"
    for key in ("engine", "instance_class", "allocated_storage", "username"):
        if attributes.get(key) is None:
            yield f"has no {key}"
    engine, version, size = (attributes.get(key) for key in ("engine", "engine_version", "instance_class"))
    if isinstance(engine, str) and engine not in _ENGINES and not engine.startswith(_FAMILIES):
        yield f'is of the engine "{engine[:40]}", which RDS does not have'
    if (
        engine == "postgres"
        and isinstance(version, str)
        and not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,2})?(-R[0-9]+)?", version)
    ):
        yield f'runs version "{version[:40]}", which PostgreSQL never had'
    if isinstance(size, str) and not _CLASS.fullmatch(size):
        yield f'is of the class "{size[:40]}", which RDS does not have'
    low, high = number(attributes.get("allocated_storage")), number(attributes.get("max_allocated_storage"))
    if low is not None and high is not None and 0 < high <= low:
        yield f"may grow to {high} GiB, and has {low} already"


def _of_replica(graph: Graph, database: Resource) -> Iterator[str]:
    source = graph.target(database.attributes.get("replicate_source_db"))
    if source is None:
        return
    if source is database:
        yield "replicates itself"
    if source.attributes.get("replicate_source_db") is not None:
        yield f"replicates {source.address}, which is a replica itself"
    if flag(source.attributes.get("manage_master_user_password"), default=False):
        yield f"replicates {source.address}, whose password RDS manages; that has no replicas"
    if number(source.attributes.get("backup_retention_period")) == 0:
        yield f"replicates {source.address}, which keeps no backups"


def _of_any(graph: Graph, database: Resource) -> Iterator[str]:
    attributes = database.attributes
    skips = flag(attributes.get("skip_final_snapshot"), default=False)
    if skips is False and attributes.get("final_snapshot_identifier") is None:
        yield "can never be destroyed: it names no final_snapshot_identifier, and does not skip the snapshot"
    for key, pattern in (("backup_window", _WINDOW), ("maintenance_window", _WEEKLY)):
        value = attributes.get(key)
        if isinstance(value, str) and not pattern.fullmatch(value):
            yield f'has the {key} "{value[:40]}"'
    group = graph.target(attributes.get("parameter_group_name"))
    family = group.attributes.get("family") if group is not None else None
    source = graph.target(attributes.get("replicate_source_db"))
    version = attributes.get("engine_version") or (source.attributes.get("engine_version") if source else None)
    fault = _family(family, attributes.get("engine"), version)
    if fault:
        yield fault
    days = number(attributes.get("backup_retention_period"))
    if days is not None and not 0 <= days <= 35:  # noqa: PLR2004 - RDS's bounds
        yield f"keeps backups for {days} days; RDS takes 0 to 35"


def _family(family: Value, engine: Value, version: Value) -> str | None:
    """A parameter group's family is engine and major version: postgres16."""
    if not isinstance(family, str) or not isinstance(version, str) or engine not in (None, "postgres"):
        return None
    major = version.split(".")[0]
    return f"runs version {version} with parameters for {family}" if family != f"postgres{major}" else None


RULE = Rule(
    id="DBS201",
    scope="terraform",
    title="Database is refused by RDS",
    what="A database has no password or two, no size, no name of its last snapshot, or windows and versions that do not fit.",
    why="RDS refuses it at apply, ten minutes into the deployment; or it cannot be destroyed later.",
    fix="Let RDS manage the password, and complete what the finding names.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (2026-11-24)",
    bad_terraform="""\
resource "aws_db_instance" "main" {
  engine              = "postgres"
  instance_class      = "db.t4g.micro"
  allocated_storage   = 20
  username            = "owner"
  skip_final_snapshot = true
}
""",
    check_graph=check,
)
