"""Read replica of an RDS-managed password."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the two together."""
    for name, database in stack.databases.items():
        if database.replicas.count and database.credentials.kind == "rds_managed":
            cause = f"RDS manages the password of {name}, and makes no read replica from such an instance."
            yield Finding(cause, "add credentials: self_managed.", ("databases", name, "replicas"))


RULE = Rule(
    id="DBS107",
    title="Read replica of an RDS-managed password",
    what="A database has read replicas, and RDS manages its password.",
    why="RDS refuses to make a read replica from an instance whose password it manages in Secrets Manager.",
    fix="Write `credentials: self_managed`, which keeps the password out of the state as well.",
    source=(
        ""
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations"
    ),
    bad="databases: {orders: {replicas: 1}}",
    good="databases: {orders: {replicas: 1, credentials: self_managed}}",
    check_spec=check,
)
