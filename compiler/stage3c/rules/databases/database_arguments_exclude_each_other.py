"""Database arguments exclude or require each other."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "databases"."""
    return combined(graph, "databases")


RULE = Rule(
    id="DBS230",
    scope="terraform",
    title="Database arguments exclude or require each other",
    what="A database has arguments that RDS does not accept together, such as iops with gp3 storage below 400 GiB.",
    why="RDS rejects the database at apply.",
    fix="Remove or set the argument that the finding names.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_db_instance" "main" {
  identifier                  = "shop"
  engine                      = "postgres"
  engine_version              = "16"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  username                    = "owner"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  skip_final_snapshot         = true
  monitoring_interval         = 60
}
""",
    check_graph=check,
)
