"""Parameter is unknown or fixed."""

from collections.abc import Iterator

from compiler.diagnostics import Finding
from compiler.facts import load
from compiler.model.shape import clip
from compiler.model.stack import Stack
from compiler.rules.rule import Rule
from compiler.rules.wording import nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Look each parameter up."""
    facts = load("postgres_parameters")
    known = {*facts["plain"], *facts["rds"]}
    for name, database in stack.databases.items():
        for key, value in database.parameters.items():
            path = ("databases", name, "parameters", key)
            if key == "rds.force_ssl" and value != "1":
                yield Finding("TLS to the database is always forced.", "remove rds.force_ssl.", path)
            elif key in facts["not_modifiable"]:
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
    what=("A database parameter is none of PostgreSQL's or of RDS's, is not open to change, or would switch TLS off."),
    why=(
        "RDS refuses the parameter group at apply; and a stack of this kind never talks to its database in clear text."
    ),
    fix="Correct its name, or remove it.",
    source=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html"
    ),
    bad="""databases: {orders: {parameters: {max_conections: "100"}}}""",
    good="""databases: {orders: {parameters: {max_connections: "100"}}}""",
    check_spec=check,
)
