"""Memory of the database instance is too small for its parameters."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Value, blocks, number
from stage3c.rules.rule import Rule, at

# GiB of RAM of a size, https://aws.amazon.com/rds/instance-types/ (from memory).
_BURSTABLE: Final = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_LARGE: Final = {"m": 8, "r": 16}
_BLOCK: Final = 8192  # bytes, the unit of shared_buffers
_GIB: Final = 1024**3
_SHARE: Final = 0.75


def check(graph: Graph) -> Iterator[Finding]:
    """Hold shared_buffers of PostgreSQL against the memory of the instance class."""
    for database in graph.of_type("aws_db_instance"):
        group = graph.target(database.attributes.get("parameter_group_name"))
        memory = _memory(database.attributes.get("instance_class"))
        parameters = blocks(group.attributes.get("parameter")) if group is not None else []
        for parameter in parameters if memory and database.attributes.get("engine") == "postgres" else ():
            buffers = number(parameter.get("value")) if parameter.get("name") == "shared_buffers" else None
            if buffers is not None and memory and buffers * _BLOCK > _SHARE * memory * _GIB:
                cause = f"has {memory} GiB of memory, but shared_buffers takes {buffers * _BLOCK // 1024**2} MiB"
                yield at(database, cause, "remove shared_buffers, whose default is a quarter of the memory")


def _memory(size: Value) -> int | None:
    family, _, name = size.removeprefix("db.").partition(".") if isinstance(size, str) else ("", "", "")
    if family.startswith("t"):
        return _BURSTABLE.get(name)
    factor = 1 if name == "large" else 2 if name == "xlarge" else 2 * (number(name.removesuffix("xlarge")) or 0)
    return _LARGE.get(family[:1], 0) * factor or None


RULE = Rule(
    id="DBS263",
    scope="terraform",
    title="Memory of the database instance is too small for its parameters",
    what="`shared_buffers` of a parameter group takes more than three quarters of the memory of an instance.",
    why="PostgreSQL does not start: the instance ends in the status incompatible-parameters.",
    fix="Remove shared_buffers, or derive it from the memory, as in `{DBInstanceClassMemory/32768}`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_db_parameter_group" "main" {
  family = "postgres16"
  parameter {
    name         = "shared_buffers"
    value        = "1048576"
    apply_method = "pending-reboot"
  }
}
""",
    good_terraform="""\
resource "aws_db_parameter_group" "main" {
  family = "postgres16"
  parameter {
    name         = "shared_buffers"
    value        = "32768"
    apply_method = "pending-reboot"
  }
}
""",
    check_graph=check,
)
