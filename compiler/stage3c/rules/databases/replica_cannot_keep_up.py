"""Read replicas have a size that cannot keep up."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the classes."""
    for name, database in stack.databases.items():
        replica = database.replicas.instance_class or database.instance_class
        if database.replicas.count and replica.startswith("db.t") and not database.instance_class.startswith("db.t"):
            cause = f"the replicas of {name} are {replica}, and it is {database.instance_class}."
            yield Finding(cause, "remove instance_class.", ("databases", name, "replicas", "instance_class"))


RULE = Rule(
    id="DBS116",
    title="Read replicas have a size that cannot keep up",
    severity=Severity.WARNING,
    what="A read replica has a burstable class while its primary has none.",
    why="A replica that runs out of CPU credits falls behind, and serves old data.",
    fix="Give replicas the primary's class.",
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
