"""Read replica is smaller than its primary."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the classes."""
    for name, database in stack.databases.items():
        replica = database.replicas.instance_class or database.instance_class
        if database.replicas.count and replica.startswith("db.t") and not database.instance_class.startswith("db.t"):
            cause = f"the replicas of databases.{name} are {replica}, but the primary is {database.instance_class}."
            yield Finding(
                cause, "remove `instance_class` from replicas.", ("databases", name, "replicas", "instance_class")
            )


RULE = Rule(
    id="DBS116",
    title="Read replica is smaller than its primary",
    severity=Severity.WARNING,
    what="A read replica has a burstable instance class, but its primary does not.",
    why="Without CPU credits the replica falls behind and returns stale data.",
    fix="Remove `instance_class` from `replicas`, which then have the class of the primary.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html",
    bad="""
databases:
  orders:
    instance_class: db.m6g.large
    credentials: self_managed
    replicas: {count: 1, instance_class: db.t4g.micro}
""",
    check_spec=check,
)
