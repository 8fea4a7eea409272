"""Instance class is not available."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Hold the classes of primaries and replicas against what RDS offers."""
    for name, database in stack.databases.items():
        yield from _judge(database.instance_class, ("databases", name, "instance_class"))
        if database.replicas.count and database.replicas.instance_class:
            yield from _judge(database.replicas.instance_class, ("databases", name, "replicas", "instance_class"))


def _judge(instance_class: str, path: tuple[str | int, ...]) -> Iterator[Finding]:
    facts = load("rds_postgres")
    family, _, size = instance_class.removeprefix("db.").partition(".")
    retired, sizes = facts["retired_families"].get(family), facts["sizes_by_family"].get(family)
    if retired:
        offered = facts["sizes_by_family"][retired]
        fits = size if size in offered else nearest(size, offered) or offered[0]
        yield Finding(
            f"db.{family} instances are no longer available.", f"write `instance_class: db.{retired}.{fits}`.", path
        )
    elif sizes is None:
        near = (
            nearest(family, [known for known in facts["sizes_by_family"] if known not in facts["retired_families"]])
            or "t4g"
        )
        offered = facts["sizes_by_family"][near]
        fits = size if size in offered else offered[0]
        yield Finding(
            f"db.{family[:30]} is not an instance family for PostgreSQL.",
            f"write `instance_class: db.{near}.{fits}`.",
            path,
        )
    elif size not in sizes:
        near = nearest(size, sizes) or sizes[0]
        yield Finding(
            f"db.{family}.{size[:30]} does not exist; sizes: {', '.join(sizes)}.",
            f"write `instance_class: db.{family}.{near}`.",
            path,
        )


RULE = Rule(
    id="DBS102",
    title="Instance class is not available",
    what="RDS does not offer this instance class for PostgreSQL.",
    why="The provider does not check it; RDS rejects it at apply.",
    fix="Write a class that RDS offers, such as `instance_class: db.t4g.micro`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html",
    bad="databases: {orders: {instance_class: db.t2.micro}}",
    good="databases: {orders: {instance_class: db.m6g.large}}",
    check_spec=check,
)
