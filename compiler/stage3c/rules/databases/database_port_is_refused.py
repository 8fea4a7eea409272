"""Database port is out of range."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_LEAST_PORT = 1150


def check(stack: Stack) -> Iterator[Finding]:
    """Look at each port."""
    for name, database in stack.databases.items():
        if database.port < _LEAST_PORT:
            yield Finding(
                f"databases.{name}.port is {database.port}; the minimum is {_LEAST_PORT}.",
                "write `port: 5432`.",
                ("databases", name, "port"),
            )


RULE = Rule(
    id="DBS110",
    title="Database port is out of range",
    what="The port of a database is below 1150.",
    why="RDS rejects it at apply.",
    fix="Write `port: 5432`, or remove it for this default.",
    source="botocore rds CreateDBInstance.Port",
    bad="databases: {orders: {port: 1000}}",
    good="databases: {orders: {port: 6432}}",
    check_spec=check,
)
