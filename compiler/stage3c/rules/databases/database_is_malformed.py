"""Database settings are rejected by RDS."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource, Value, flag, number
from stage3c.rules.rule import Rule, at

_WINDOW = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
_WEEKLY = re.compile(rf"{_DAY}:[0-2][0-9]:[0-5][0-9]-{_DAY}:[0-2][0-9]:[0-5][0-9]", re.IGNORECASE)
_ENGINES = ("postgres", "mysql", "mariadb", "aurora", "aurora-mysql", "aurora-postgresql")
_FAMILIES = ("oracle-", "sqlserver-", "custom-", "db2-")
_CLASS = re.compile(r"db\.[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|[0-9]*xlarge)(\.[a-z0-9.]+)?")
_PASSWORDS = ("password", "password_wo")
_EXAMPLES = {
    "engine": '"postgres"',
    "instance_class": '"db.t4g.micro"',
    "allocated_storage": "20",
    "username": '"shop"',
    "backup_window": "03:00-04:00",
    "maintenance_window": "sun:04:30-sun:05:30",
}


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every instance, whether a primary or a replica."""
    for database in graph.of_type("aws_db_instance"):
        if (
            database.attributes.get("snapshot_identifier") is None
            and database.attributes.get("restore_to_point_in_time") is None
        ):
            primary = database.attributes.get("replicate_source_db") is None and not _is_promoted(database)
            faults = _of_primary(database) if primary else _of_replica(graph, database)
            for fault in (*faults, *_of_any(graph, database)):
                yield at(database, *fault)


def _is_promoted(database: Resource) -> bool:
    """Tell whether an instance says nothing of what a new one needs, as a replica that was made a primary."""
    return all(database.attributes.get(key) is None for key in ("engine", "allocated_storage", "username", *_PASSWORDS))


def _of_primary(database: Resource) -> Iterator[tuple[str, str]]:
    attributes = database.attributes
    managed = flag(attributes.get("manage_master_user_password"), default=False)
    own = [key for key in _PASSWORDS if attributes.get(key) is not None]
    if managed and own:
        yield f"has both manage_master_user_password and {own[0]}", f"remove {own[0]}"
    if managed is False and not own:
        yield "has no password", "set manage_master_user_password = true"
    for key in ("engine", "instance_class", "allocated_storage", "username"):
        if attributes.get(key) is None:
            yield f"has no {key}", f"set {key} = {_EXAMPLES[key]}"
    engine, version, size = (attributes.get(key) for key in ("engine", "engine_version", "instance_class"))
    if isinstance(engine, str) and engine not in _ENGINES and not engine.startswith(_FAMILIES):
        yield f'has engine "{engine[:40]}", which RDS does not support', 'set engine = "postgres"'
    if (
        engine == "postgres"
        and isinstance(version, str)
        and not re.fullmatch(r"([0-9]{1,2}|9\.[0-9])(\.[0-9]{1,2})?(-R[0-9]+)?", version)
    ):
        yield f'has engine_version "{version[:40]}", which PostgreSQL never had', 'set engine_version = "16"'
    if isinstance(size, str) and not _CLASS.fullmatch(size):
        yield f'has instance_class "{size[:40]}", which RDS does not support', 'set instance_class = "db.t4g.micro"'
    low, high = number(attributes.get("allocated_storage")), number(attributes.get("max_allocated_storage"))
    if low is not None and high is not None and 0 < high < low:
        yield f"has max_allocated_storage {high}, but allocated_storage {low}", f"set max_allocated_storage = {2 * low}"


def _of_replica(graph: Graph, database: Resource) -> Iterator[tuple[str, str]]:
    source = graph.target(database.attributes.get("replicate_source_db"))
    if source is None:
        return
    if source is database:
        yield "replicates itself", "set replicate_source_db to the identifier of the primary"
    engine = database.attributes.get("engine")
    is_chained = source.attributes.get("replicate_source_db") is not None
    if is_chained and isinstance(engine, str) and engine.startswith(_FAMILIES):
        yield f"replicates {source.address}, which is a replica itself", "set replicate_source_db to the primary"
    if flag(source.attributes.get("manage_master_user_password"), default=False):
        yield (
            f"replicates {source.address}, whose password is managed by RDS; RDS does not support that",
            f"set password_wo on {source.address} instead of manage_master_user_password",
        )
    if number(source.attributes.get("backup_retention_period")) == 0:
        yield (
            f"replicates {source.address}, which has no backups",
            f"set backup_retention_period = 7 on {source.address}",
        )


def _of_any(graph: Graph, database: Resource) -> Iterator[tuple[str, str]]:
    attributes = database.attributes
    skips = flag(attributes.get("skip_final_snapshot"), default=False)
    if skips is False and attributes.get("final_snapshot_identifier") is None:
        yield (
            "cannot be destroyed: it has neither final_snapshot_identifier nor skip_final_snapshot",
            'set final_snapshot_identifier = "main-final"',
        )
    for key, pattern in (("backup_window", _WINDOW), ("maintenance_window", _WEEKLY)):
        value = attributes.get(key)
        if isinstance(value, str) and value and not pattern.fullmatch(value):
            yield f'has {key} "{value[:40]}", which is not a valid window', f'set {key} = "{_EXAMPLES[key]}"'
    group = graph.target(attributes.get("parameter_group_name"))
    family = (
        group.attributes.get("family") if group is not None else _default_family(attributes.get("parameter_group_name"))
    )
    source = graph.target(attributes.get("replicate_source_db"))
    version = attributes.get("engine_version") or (source.attributes.get("engine_version") if source else None)
    engine = attributes.get("engine") or (source.attributes.get("engine") if source else None)
    fault = _family(family, engine, version)
    if fault:
        yield fault
    days = number(attributes.get("backup_retention_period"))
    if days is not None and not 0 <= days <= 35:  # noqa: PLR2004 - RDS's bounds
        yield f"has backup_retention_period {days}; RDS allows 0 to 35", "set backup_retention_period = 7"


def _default_family(name: Value) -> str | None:
    """The family of a parameter group that RDS makes, default.postgres16."""
    return name.removeprefix("default.") if isinstance(name, str) and name.startswith("default.") else None


def _family(family: Value, engine: Value, version: Value) -> tuple[str, str] | None:
    """A parameter group's family is engine and major version: postgres16."""
    if not isinstance(family, str) or not isinstance(version, str) or engine not in (None, "postgres"):
        return None
    if engine is None and not family.startswith("postgres"):
        return None  # a replica of what is only looked up has an engine that is not known here
    major = ".".join(version.split(".")[: 2 if version.startswith("9.") else 1])
    if family == f"postgres{major}":
        return None
    return f"has engine_version {version} but a parameter group for {family}", f'set family = "postgres{major}"'


RULE = Rule(
    id="DBS201",
    scope="terraform",
    title="Database settings are rejected by RDS",
    what="A database has no password or two, no size, no final snapshot name, or invalid windows or versions.",
    why="RDS rejects it at apply, minutes into the deployment; or it cannot be destroyed later.",
    fix="Set what the finding names; let RDS manage the password with `manage_master_user_password = true`.",
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
