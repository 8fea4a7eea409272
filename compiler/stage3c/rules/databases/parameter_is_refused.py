"""Database parameter is rejected by RDS."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, blocks, number
from stage3c.rules.rule import Rule, at
from stage3c.wording import misspelt, nearest


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the parameters of each group of the PostgreSQL family."""
    for group in graph.of_type("aws_db_parameter_group"):
        family = group.attributes.get("family")
        if not isinstance(family, str) or not family.startswith("postgres"):
            continue
        for parameter in blocks(group.attributes.get("parameter")):
            name, method = parameter.get("name"), parameter.get("apply_method", "immediate")
            fault = (
                (_fault(name, method) or _too_new(name, family) or _of_value(name, parameter.get("value")))
                if isinstance(name, str)
                else None
            )
            if fault:
                yield at(group, *fault)


def _fault(name: str, method: object) -> tuple[str, str] | None:
    facts = load("postgres_parameters")
    known = {*facts["plain"], *facts["rds"]}
    if name in facts["not_modifiable"]:
        return f"sets {name}, which cannot be modified", "remove this parameter"
    if name not in known and name.split(".", maxsplit=1)[0] not in facts["extension_prefixes"]:
        near = nearest(name, known)
        return (
            f'sets "{clip(name)}", which is not a PostgreSQL parameter',
            f'set name = "{near}"' if near else "remove it",
        )
    if method == "immediate" and name in load("postgres_static_parameters")["static"]:
        return (
            f"applies {name} immediately, but a change of it requires a restart",
            'set apply_method = "pending-reboot"',
        )
    return None


def _too_new(name: str, family: str) -> tuple[str, str] | None:
    """A parameter that a later major version has brought."""
    since, major = load("postgres_parameters")["since"].get(name, 0), number(family.removeprefix("postgres"))
    if major is not None and major < since:
        return f"sets {name}, which PostgreSQL has since version {since}", "remove this parameter"
    return None


def _of_value(name: str, value: object) -> tuple[str, str] | None:
    """What is wrong with a value: a switch written as a word, or the library nearly of a known name."""
    facts = load("postgres_parameters")
    if name in facts["switches"] and (isinstance(value, bool) or value in ("true", "false", "yes", "no")):
        return f'sets {name} to "{str(value).lower()}"; RDS allows 0 and 1', "set value = 1 or 0"
    low, high = facts["ranges"].get(name, (None, None))
    found = number(value) if isinstance(value, str | int) else None
    if found is not None and low is not None and not low <= found <= high:
        return f"sets {name} to {found}; RDS allows {low} to {high}", f"set value = {min(max(found, low), high)}"
    libraries = value.split(",") if name == "shared_preload_libraries" and isinstance(value, str) else ()
    for library in (each.strip() for each in libraries):
        near = misspelt(library, facts["libraries"])
        if near and library not in facts["libraries"]:
            return f'preloads "{clip(library)}", which RDS does not have', f'write "{near}"'
    return None


RULE = Rule(
    id="DBS221",
    scope="terraform",
    title="Database parameter is rejected by RDS",
    severity=Severity.WARNING,
    what="A parameter group sets an unknown parameter or value, or applies immediately one that requires a restart.",
    why="RDS rejects the group: cannot use immediate apply method for static parameter. New versions add names.",
    fix='Correct the name, or set `apply_method = "pending-reboot"`.',
    source="facts/postgres_parameters.json, facts/postgres_static_parameters.json",
    bad_terraform="""\
resource "aws_db_parameter_group" "main" {
  family = "postgres16"
  parameter {
    name  = "max_connections"
    value = "200"
  }
}
""",
    good_terraform="""\
resource "aws_db_parameter_group" "main" {
  family = "postgres16"
  parameter {
    name         = "max_connections"
    value        = "200"
    apply_method = "pending-reboot"
  }
}
""",
    check_graph=check,
)
