"""What holds data behind a port: where each listens, and which ones containers are given."""

from collections.abc import Iterable
from typing import Final

from stage3c.graph import Graph, Resource, number, refs_in
from stage3c.views.tasks import Container

PORTS: Final = {
    "aws_db_instance": {"mysql": 3306, "mariadb": 3306, "oracle": 1521, "sqlserver": 1433, "postgres": 5432},
    "aws_rds_cluster": {"aurora-mysql": 3306, "mysql": 3306, "aurora-postgresql": 5432, "postgres": 5432},
    "aws_elasticache_replication_group": {"": 6379},
    "aws_elasticache_cluster": {"memcached": 11211, "redis": 6379, "valkey": 6379},
}
"""Where an engine listens unless told, by the start of its name."""
_SECRET_HOLDERS: Final = ("aws_secretsmanager_secret", "aws_ssm_parameter")


def databases(graph: Graph) -> list[Resource]:
    """Everything that holds data behind a port."""
    return [*graph.of_type(*PORTS)]


def databases_of(graph: Graph, containers: Iterable[Container]) -> list[Resource]:
    """The databases whose address containers are given, directly or inside a secret; a password alone calls nobody."""
    given = [container.written.get(key) for container in containers for key in ("environment", "secrets")]
    direct = [target for ref in refs_in(given) if "secret_arn" not in ref.attribute and (target := graph.target(ref))]
    holders = [target for target in direct if target.type in _SECRET_HOLDERS and target.mode == "resource"]
    held = [user for holder in holders for user in (holder, *graph.users(holder, "aws_secretsmanager_secret_version"))]
    indirect = [target for user in held for ref in refs_in(user.attributes) if (target := graph.target(ref))]
    found = [target for target in (*direct, *indirect) if target.type in PORTS and target.mode == "resource"]
    return list({target.address: target for target in found}.values())


def port_of(graph: Graph, database: Resource) -> int | None:
    """Where a database listens; a replica as its source does."""
    written = database.attributes.get("port")
    if written is not None:
        return number(graph.resolved(written))
    source = graph.target(database.attributes.get("replicate_source_db"))
    if source is not None and source is not database:
        return port_of(graph, source) if source.attributes.get("replicate_source_db") is None else None
    engine = database.attributes.get("engine", "")
    known = PORTS.get(database.type, {}).items()
    return next((port for name, port in known if isinstance(engine, str) and engine.startswith(name)), None)
