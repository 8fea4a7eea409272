"""Parameters switch TLS off."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the one parameter."""
    for name, database in stack.databases.items():
        if database.parameters.get("rds.force_ssl", "1") != "1":
            path = ("databases", name, "parameters", "rds.force_ssl")
            yield Finding("TLS to the database is always forced.", "remove rds.force_ssl.", path)


RULE = Rule(
    id="DBS117",
    title="Parameters switch TLS off",
    what="`rds.force_ssl` is set to something else than 1.",
    why=(
        "Passwords and rows would cross the network in clear text; the compiler forces TLS whatever the spec "
        "says, and this line says otherwise."
    ),
    fix="Remove the parameter.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
    bad="""databases: {orders: {parameters: {rds.force_ssl: "0"}}}""",
    good="""databases: {orders: {parameters: {rds.force_ssl: "1"}}}""",
    check_spec=check,
)
