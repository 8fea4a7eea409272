"""Parameter is unknown or fixed."""

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
                yield Finding(f"RDS keeps {key} for itself.", "remove it.", path)
            elif key not in known and key.split(".")[0] not in facts["extension_prefixes"]:
                near = nearest(key, known)
                yield Finding(
                    f'"{clip(key)}" is no parameter of PostgreSQL or of RDS.',
                    f"write {near}." if near else "remove it.",
                    path,
                )


RULE = Rule(
    id="DBS109",
    title="Parameter is unknown or fixed",
    severity=Severity.WARNING,
    what=("A database parameter is none of PostgreSQL's or of RDS's, or is not open to change."),
    why="RDS would refuse the parameter group at apply. New versions bring new names, so this is no more than a warning.",
    fix="Correct its name, or remove it.",
    source=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html"
    ),
    bad="""databases: {orders: {parameters: {max_conections: "100"}}}""",
    good="""databases: {orders: {parameters: {max_connections: "100"}}}""",
    check_spec=check,
)
