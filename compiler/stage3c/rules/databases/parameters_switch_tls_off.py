"""Database parameter disables TLS."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the one parameter."""
    for name, database in stack.databases.items():
        if database.parameters.get("rds.force_ssl", "1") != "1":
            path = ("databases", name, "parameters", "rds.force_ssl")
            yield Finding(
                f"rds.force_ssl of databases.{name} is not 1, but TLS is always required.",
                "remove `rds.force_ssl`.",
                path,
            )


RULE = Rule(
    id="DBS117",
    title="Database parameter disables TLS",
    what="`rds.force_ssl` is not 1.",
    why=(
        "Passwords and data would cross the network unencrypted; generated stacks require TLS regardless of this line."
    ),
    fix="Remove `rds.force_ssl`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
    bad="""databases: {orders: {parameters: {rds.force_ssl: "0"}}}""",
    good="""databases: {orders: {parameters: {rds.force_ssl: "1"}}}""",
    check_spec=check,
)
