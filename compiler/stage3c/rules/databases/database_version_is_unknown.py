"""Database version is unknown to RDS."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold each version against what RDS offers."""
    minors = load("rds_postgres")["new_instances_by_major"]
    for name, database in stack.databases.items():
        major, _, minor = database.version.partition(".")
        path = ("databases", name, "version")
        if not minors.get(major):
            offered = [known for known in sorted(minors, key=int) if minors[known]]
            cause = f"RDS creates no PostgreSQL {database.version}; it has {', '.join(offered)}."
            near = min(offered, key=lambda known: abs(int(known) - int(major)))
            yield Finding(cause, f'write version: "{near}".', path)
        elif minor and minor not in map(str, minors[major]):
            offers = ", ".join(f"{major}.{one}" for one in minors[major])
            yield Finding(
                f"RDS creates no {database.version}; it has {offers}.",
                f'write version: "{major}.{minors[major][-1]}".',
                path,
            )


RULE = Rule(
    id="DBS101",
    title="Database version is unknown to RDS",
    what="RDS has no PostgreSQL of this version, or no longer creates instances of it.",
    why="The provider takes any text; RDS refuses it after everything before the database has been created.",
    fix="Name a major version, which follows RDS's own minor upgrades, or a minor version that exists.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html",
    bad="""databases: {orders: {version: "99"}}""",
    good="""databases: {orders: {version: "17"}}""",
    check_spec=check,
)
