"""RDS instances with their subnet group, parameter group, log groups, credentials and replicas."""

from collections.abc import Iterator
from typing import Any, Final

from stage3c.aws.facts import load
from stage3c.graph import Expr, Lifecycle, Origin, Ref, Resource, Value, quoted
from stage3c.language.model.database import Database
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import named, tier_subnets
from stage3c.resources.secrets import recovery_days, secret_name

LOG_EXPORTS = ("postgresql", "upgrade")
MOCKED = "var.mocked"
"""Set by `terraform test` alone: a mocked provider has no ephemeral resources, so a throw-away value stands in."""
_EPHEMERAL: Final[Any] = {"mode": "ephemeral", "count": Expr(f"{MOCKED} ? 0 : 1"), "provider": "aws.ephemeral"}


def databases(stack: Stack) -> Iterator[Resource]:
    """All databases of a stack."""
    for name, database in stack.databases.items():
        yield _subnet_group(stack, name)
        yield _parameter_group(stack, name)
        yield from _log_groups(stack, name, identifier(stack, database.formerly or name), Origin(("databases", name)))
        if database.credentials.kind == "self_managed":
            yield from _own_credentials(stack, name)
        yield _instance(stack, name)
        yield from _replicas(stack, name)


def identifier(stack: Stack, *keys: str) -> str:
    """The name of an instance."""
    return named(stack, "aws_db_instance.identifier", *keys)


def has_own_credentials(stack: Stack) -> bool:
    """Tell whether any database's password is made by this stack."""
    return any(database.credentials.kind == "self_managed" for database in stack.databases.values())


def _subnet_group(stack: Stack, name: str) -> Resource:
    database = stack.databases[name]
    key = database.formerly or name
    attributes: dict[str, Value] = {
        "name": named(stack, "aws_db_subnet_group.name", key),
        "description": f"Subnets of database {key}",
        "subnet_ids": tier_subnets(stack, database.subnets),
    }
    return Resource("aws_db_subnet_group", name, attributes, Origin(("databases", name, "subnets")))


def _parameter_group(stack: Stack, name: str) -> Resource:
    """Its name holds the major version, so that an upgrade can make the new group before it leaves the old one."""
    database = stack.databases[name]
    key = database.formerly or name
    static = frozenset(load("postgres_static_parameters")["static"])
    parameters: list[Value] = [
        {"name": key, "value": value, "apply_method": "pending-reboot" if key in static else "immediate"}
        for key, value in sorted({**database.parameters, "rds.force_ssl": "1"}.items())
    ]
    attributes: dict[str, Value] = {
        "name": named(stack, "aws_db_parameter_group.name", key, f"pg{_major(database)}"),
        "family": f"postgres{_major(database)}",
        "description": f"Parameters of database {key}",
        "parameter": parameters,
    }
    origin = Origin(("databases", name, "parameters") if database.parameters else ("databases", name, "version"))
    return Resource("aws_db_parameter_group", name, attributes, origin, lifecycle=Lifecycle(create_before_destroy=True))


def _major(database: Database) -> str:
    return database.version.split(".")[0]


def _log_groups(stack: Stack, name: str, instance: str, origin: Origin) -> Iterator[Resource]:
    """RDS would make these itself and keep them for ever."""
    for kind in LOG_EXPORTS:
        attributes: dict[str, Value] = {
            "name": f"/aws/rds/instance/{instance}/{kind}",
            "retention_in_days": stack.monitoring.log_days,
        }
        yield Resource("aws_cloudwatch_log_group", f"database_{name}_{kind}", attributes, origin)


def _instance(stack: Stack, name: str) -> Resource:
    database, origin = stack.databases[name], Origin(("databases", name))
    key = database.formerly or name
    attributes: dict[str, Value] = {
        "identifier": identifier(stack, key),
        "engine": database.engine,
        "engine_version": database.version,
        # Without it RDS refuses a new major version; the version itself is what the spec says.
        "allow_major_version_upgrade": True,
        # What AWS sets where nothing is said: past standard support the version keeps running, at a price.
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html (2026-11-28)
        "engine_lifecycle_support": "open-source-rds-extended-support",
        "allocated_storage": database.storage_gib.initial,
        "db_name": database.database_name,
        "username": database.credentials.username,
        **_password(name, database),
        "multi_az": database.multi_az,
        "db_subnet_group_name": Ref(f"aws_db_subnet_group.{name}", "name"),
        # A replica in the same region takes its primary's key, and may not name one,
        # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html (2026-11-23).
        "kms_key_id": database.kms_key,
        "backup_retention_period": database.backup_days,
        "backup_window": database.backup_window,
        "final_snapshot_identifier": _final_snapshot(stack, name) if database.final_snapshot else None,
        "skip_final_snapshot": not database.final_snapshot,
        **_common(name, database, database.instance_class),
    }
    logs = tuple(f"aws_cloudwatch_log_group.database_{name}_{kind}" for kind in LOG_EXPORTS)
    # RDS refuses to be told a managed secret's key again, and the provider would after an import, since it cannot read it,
    # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (2026-11-26).
    told_once = ("master_user_secret_kms_key_id",) if attributes.get("master_user_secret_kms_key_id") else ()
    return Resource(
        "aws_db_instance", name, attributes, origin, depends_on=logs, lifecycle=Lifecycle(ignore_changes=told_once)
    )


def _final_snapshot(stack: Stack, name: str) -> str:
    database = stack.databases[name]
    key = database.formerly or name
    return database.final_snapshot_name or named(stack, "aws_db_instance.final_snapshot_identifier", key, "final")


def _common(name: str, database: Database, instance_class: str) -> dict[str, Value]:
    """What a primary and its replicas are given alike."""
    storage = database.storage_gib
    return {
        "instance_class": instance_class,
        "port": database.port,
        "max_allocated_storage": storage.max,
        "storage_type": storage.type,
        "iops": storage.iops,
        "storage_throughput": storage.throughput_mibps,
        "storage_encrypted": True,
        "publicly_accessible": False,
        "vpc_security_group_ids": [Ref(f"aws_security_group.database_{name}")],
        "parameter_group_name": Ref(f"aws_db_parameter_group.{name}", "name"),
        # A pinned minor version that RDS upgraded by itself would be a downgrade to Terraform.
        "auto_minor_version_upgrade": "." not in database.version,
        "maintenance_window": database.maintenance_window,
        "ca_cert_identifier": "rds-ca-rsa2048-g1",
        "copy_tags_to_snapshot": True,
        "enabled_cloudwatch_logs_exports": list(LOG_EXPORTS),
        "deletion_protection": database.deletion_protection,
        "apply_immediately": database.apply_immediately,
    }


def _password(name: str, database: Database) -> dict[str, Value]:
    if database.credentials.kind == "rds_managed":
        return {"manage_master_user_password": True, "master_user_secret_kms_key_id": database.kms_key}
    read_back = Ref(f"ephemeral.aws_secretsmanager_secret_version.{name}", "")
    return {
        "password_wo": Expr(MOCKED + ' ? uuid() : jsondecode(one({0}[*].secret_string))["password"]', (read_back,)),
        "password_wo_version": database.credentials.version,
    }


def _own_credentials(stack: Stack, name: str) -> Iterator[Resource]:
    """A password that is made, stored and read back without standing in any state."""
    database, origin = stack.databases[name], Origin(("databases", name, "credentials"))
    key = database.formerly or name
    secret: dict[str, Value] = {
        "name": secret_name(stack, key),
        "description": f"Master credentials of database {key}: username, password",
        "kms_key_id": database.kms_key,
        "recovery_window_in_days": recovery_days(stack),
    }
    yield Resource("aws_secretsmanager_secret", name, secret, origin)
    generated: dict[str, Value] = {
        "password_length": 32,
        # Refused by RDS are / @ " and the space; the others only make trouble in URLs and shells.
        "exclude_characters": "/@\" '\\`:%?#&+=<>|;$!*()[]{}^~,",
    }
    yield Resource("aws_secretsmanager_random_password", name, generated, origin, **_EPHEMERAL)
    username = quoted(database.credentials.username)
    made = Ref(f"ephemeral.aws_secretsmanager_random_password.{name}", "")
    stored = MOCKED + " ? uuid() : jsonencode({ username = " + username + ", password = one({0}[*].random_password) })"
    version: dict[str, Value] = {
        "secret_id": Ref(f"aws_secretsmanager_secret.{name}"),
        "secret_string_wo": Expr(stored, (made,)),
        "secret_string_wo_version": database.credentials.version,
    }
    yield Resource("aws_secretsmanager_secret_version", name, version, origin)
    # Read back from where it is stored: a retried apply can then never store one password and set another.
    read_back: dict[str, Value] = {
        "secret_id": Ref(f"aws_secretsmanager_secret_version.{name}", "secret_id"),
        "version_id": Ref(f"aws_secretsmanager_secret_version.{name}", "version_id"),
    }
    yield Resource("aws_secretsmanager_secret_version", name, read_back, origin, **_EPHEMERAL)


def _replicas(stack: Stack, name: str) -> Iterator[Resource]:
    database = stack.databases[name]
    for number in range(1, database.replicas.count + 1):
        origin, keys = Origin(("databases", name, "replicas")), (database.formerly or name, "replica", str(number))
        yield from _log_groups(stack, f"{name}_replica_{number}", identifier(stack, *keys), origin)
        attributes: dict[str, Value] = {
            "identifier": identifier(stack, *keys),
            "replicate_source_db": Ref(f"aws_db_instance.{name}", "identifier"),
            "skip_final_snapshot": True,
            **_common(name, database, database.replicas.instance_class or database.instance_class),
        }
        logs = tuple(f"aws_cloudwatch_log_group.database_{name}_replica_{number}_{kind}" for kind in LOG_EXPORTS)
        yield Resource("aws_db_instance", f"{name}_replica_{number}", attributes, origin, depends_on=logs)
