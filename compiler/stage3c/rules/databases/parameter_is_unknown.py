"""Database parameter is unknown or cannot be modified."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Look each parameter up."""
    facts = load("postgres_parameters")
    known = {*facts["plain"], *facts["rds"]}
    for name, database in stack.databases.items():
        for key in database.parameters:
            path = ("databases", name, "parameters", key)
            if key in facts["not_modifiable"]:
                yield Finding(f"{key} cannot be modified in RDS.", f"remove `{key}`.", path)
            elif key not in known and key.split(".")[0] not in facts["extension_prefixes"]:
                near = nearest(key, known)
                yield Finding(
                    f'"{clip(key)}" is not a parameter of PostgreSQL or RDS.',
                    f"write `{near}`." if near else f"remove `{clip(key)}`.",
                    path,
                )


RULE = Rule(
    id="DBS109",
    title="Database parameter is unknown or cannot be modified",
    severity=Severity.WARNING,
    what="A database parameter does not exist in PostgreSQL or RDS, or cannot be modified.",
    why="RDS rejects the parameter group at apply. New versions add names, so this is a warning.",
    fix="Write the name of an existing parameter, or remove it.",
    source=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html"
    ),
    bad="""databases: {orders: {parameters: {max_conections: "100"}}}""",
    good="""databases: {orders: {parameters: {max_connections: "100"}}}""",
    check_spec=check,
)
