"""Database version is not available."""

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
            cause = f"databases.{name}.version is {database.version}; RDS offers PostgreSQL {', '.join(offered)}."
            near = min(offered, key=lambda known: abs(int(known) - int(major)))
            yield Finding(cause, f'write `version: "{near}"`.', path)
        elif minor and minor not in map(str, minors[major]):
            offers = ", ".join(f"{major}.{one}" for one in minors[major])
            yield Finding(
                f"databases.{name}.version is {database.version}; RDS offers {offers}.",
                f'write `version: "{major}.{minors[major][-1]}"`.',
                path,
            )


RULE = Rule(
    id="DBS101",
    title="Database version is not available",
    what="RDS does not offer this PostgreSQL version for new databases.",
    why="The provider does not check it; RDS rejects it at apply, after everything before the database was created.",
    fix='Write a major version, such as `version: "16"`, which follows minor upgrades.',
    source="https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html",
    bad="""databases: {orders: {version: "99"}}""",
    good="""databases: {orders: {version: "17"}}""",
    check_spec=check,
)
