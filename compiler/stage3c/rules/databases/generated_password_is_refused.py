"""Generated password has characters that RDS rejects."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, flag, number
from stage3c.rules.rule import Rule, at

_ARGUMENTS: Final = {
    "aws_db_instance": ("password", "password_wo"),
    "aws_rds_cluster": ("master_password", "master_password_wo"),
}
_REFUSED: Final = '/@" '
_LENGTHS: Final = {"postgres": (8, 128), "aurora-postgresql": (8, 128)}
_OTHER: Final = (8, 41)


def check(graph: Graph) -> Iterator[Finding]:
    """Follow each password to the random_password that makes it."""
    for kind, arguments in _ARGUMENTS.items():
        for database in graph.of_type(kind):
            for argument in arguments:
                value = database.attributes.get(argument)
                made = graph.target(value)
                if isinstance(value, Ref) and made is not None and made.type == "random_password":
                    yield from (at(database, *fault) for fault in _faults(database, made))


def _faults(database: Resource, made: Resource) -> Iterator[tuple[str, str]]:
    special = made.attributes.get("override_special")
    if flag(made.attributes.get("special"), default=True) and (special is None or _is_refused(special)):
        yield (
            f'has its password from {made.address}, which may contain /, @, " or a space',
            f'set override_special = "!#$%&*()-_=+[]{{}}<>:?" in {made.address}',
        )
    engine, length = database.attributes.get("engine"), number(made.attributes.get("length"))
    low, high = _LENGTHS.get(engine, _OTHER) if isinstance(engine, str) else (0, 128)
    if length is not None and not low <= length <= high:
        yield f"has a password of {length} characters; RDS allows {low} to {high}", f"set length = 32 in {made.address}"


def _is_refused(special: object) -> bool:
    return isinstance(special, str) and any(character in special for character in _REFUSED)


RULE = Rule(
    id="DBS233",
    scope="terraform",
    title="Generated password has characters that RDS rejects",
    severity=Severity.WARNING,
    what='A random_password for a database may contain /, @, " or a space, or has a length that RDS does not accept.',
    why="RDS rejects the password at some applies: InvalidParameterValue, MasterUserPassword is not a valid password.",
    fix="Set `override_special` without these characters, or let RDS manage the password.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (2026-11-28)",
    bad_terraform="""\
resource "random_password" "database" {
  length = 32
}

resource "aws_db_instance" "main" {
  identifier             = "shop"
  engine                 = "postgres"
  engine_version         = "16"
  instance_class         = "db.t4g.micro"
  allocated_storage      = 20
  username               = "owner"
  password               = random_password.database.result
  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.database.id]
  skip_final_snapshot    = true
}
""",
    check_graph=check,
)
