"""Database log group has the wrong name."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, items
from stage3c.rules.rule import Rule, at
from stage3c.views.regions import region_of_resource


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
            yield at(
                database,
                f"exports logs to {missing[0]}, which this stack does not create",
                f'add an aws_cloudwatch_log_group with name = "{missing[0]}"',
            )
        own = region_of_resource(graph, database)
        for group in (rds[name] for name in sorted(names & set(rds))):
            other = region_of_resource(graph, group)
            if own and other and own != other:
                yield at(group, f"is in {other}, but its database is in {own}", "use the same provider for both")
    for name, group in rds.items():
        if known and name not in wanted and graph.of_type("aws_db_instance"):
            yield at(
                group,
                "receives the logs of no aws_db_instance",
                f'set name = "{min(wanted, default="/aws/rds/instance/shop/postgresql")}"',
            )


RULE = Rule(
    id="DBS203",
    scope="terraform",
    title="Database log group has the wrong name",
    what="A database exports logs, but the log group in this stack has another name.",
    why="RDS creates its own log group, which never expires and has no alarms.",
    fix="Name the log group /aws/rds/instance/IDENTIFIER/LOG, such as /aws/rds/instance/shop/postgresql.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_cloudwatch_log_group" "database" {
  name = "/aws/rds/instance/other/postgresql"
}
""",
    check_graph=check,
)
