"""Read replica of a database with an RDS-managed password."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the two together."""
    for name, database in stack.databases.items():
        if database.replicas.count and database.credentials.kind == "rds_managed":
            cause = f"databases.{name} has replicas, but RDS manages its password and does not support replicas then."
            yield Finding(cause, "add `credentials: self_managed`.", ("databases", name, "replicas"))


RULE = Rule(
    id="DBS107",
    title="Read replica of a database with an RDS-managed password",
    what="A database has read replicas, and RDS manages its password.",
    why="RDS does not create read replicas of a PostgreSQL database whose password it manages in Secrets Manager.",
    fix="Write `credentials: self_managed`; the password is in no state file then either.",
    source=(
        ""
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations"
    ),
    bad="databases: {orders: {replicas: 1}}",
    good="databases: {orders: {replicas: 1, credentials: self_managed}}",
    check_spec=check,
)
