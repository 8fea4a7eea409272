"""Database engine version is past standard support."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at

_PAID = "open-source-rds-extended-support"


def check(graph: Graph) -> Iterator[Finding]:
    """Hold each version against the day on which its standard support ends; no clock, the facts have a date."""
    facts = load("engine_support")
    for database in graph.of_type("aws_db_instance", "aws_rds_cluster"):
        engine, version = database.attributes.get("engine"), database.attributes.get("engine_version")
        ends = facts["standard_support_ends"].get(engine, {}) if isinstance(engine, str) else {}
        if not isinstance(version, str):
            continue
        major = next((each for each in ends if version == each or version.startswith(f"{each}.")), None)
        if major is None or ends[major] >= facts["read_on"]:
            continue
        paid = database.attributes.get("engine_lifecycle_support") or _PAID
        what = "RDS charges for Extended Support" if paid == _PAID else "RDS upgrades it without asking"
        newest = max(ends, key=lambda each: ends[each])
        cause = f"has {engine} {major}, whose standard support ended on {ends[major]}; {what}"
        yield at(
            database, cause, f'upgrade: write the version "{newest}", or the next one that the application supports'
        )


RULE = Rule(
    id="DBS118",
    title="Database engine version is past standard support",
    what="The major version of a database is past the last day of RDS standard support.",
    why="RDS then charges for Extended Support for each vCPU and hour, or upgrades the database in a maintenance window.",
    fix='Upgrade to a supported major version, such as `version: "17"`.',
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html",
    scope="graph",
    severity=Severity.WARNING,
    bad="""databases: {orders: {version: "13"}}""",
    good="""databases: {orders: {version: "17"}}""",
    bad_terraform="""
resource "aws_db_instance" "main" {
  identifier                  = "shop"
  engine                      = "mysql"
  engine_version              = "8.0.42"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  db_name                     = "shop"
  username                    = "owner"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  storage_encrypted           = true
  multi_az                    = true
  backup_retention_period     = 7
  deletion_protection         = true
  final_snapshot_identifier   = "shop-final"
}
""",
    check_graph=check,
)
