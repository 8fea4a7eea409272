"""Database logs in a group that nobody made."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, items
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare exports with groups; where the stack makes no such group at all, it leaves that to RDS."""
    groups = {str(group.attributes.get("name")): group for group in graph.of_type("aws_cloudwatch_log_group")}
    rds = {name: group for name, group in groups.items() if name.startswith("/aws/rds/instance/")}
    wanted: set[str] = set()
    known = True
    for database in graph.of_type("aws_db_instance"):
        identifier = graph.resolved(database.attributes.get("identifier"))
        known = known and isinstance(identifier, str)
        exports = items(database.attributes.get("enabled_cloudwatch_logs_exports"))
        names = {f"/aws/rds/instance/{identifier}/{export}" for export in exports}
        wanted |= names
        missing = sorted(names - set(rds))
        if rds and missing and isinstance(identifier, str):
            yield at(database, f"logs to {missing[0]}, a group that the stack does not make", "add that log group")
    for name, group in rds.items():
        if known and name not in wanted and graph.of_type("aws_db_instance"):
            yield at(group, "takes the logs of no database", "name it /aws/rds/instance/IDENTIFIER/LOG")


RULE = Rule(
    id="DBS203",
    scope="terraform",
    title="Database logs go astray",
    what="A database exports its logs, and the log group that the stack makes for it has another name.",
    why="RDS makes a group of its own, which is kept for ever and watched by nobody.",
    fix="Name the group /aws/rds/instance/IDENTIFIER/LOG.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_cloudwatch_log_group" "database" {
  name = "/aws/rds/instance/other/postgresql"
}
""",
    check_graph=check,
)
