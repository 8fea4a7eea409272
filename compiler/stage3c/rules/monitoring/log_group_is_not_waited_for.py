"""Log group is not created before its writer."""

from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, items
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers


def check(graph: Graph) -> Iterator[Finding]:
    """Look at writers that name a log group of the stack by text."""
    groups = {
        name: group for group in graph.of_type("aws_cloudwatch_log_group") if isinstance(name := _name(group), str)
    }
    for task, container in containers(graph):
        for logging in container.logging:
            options = logging.get("options")
            written = options.get("awslogs-group") if isinstance(options, Mapping) else None
            group = groups.get(written) if isinstance(written, str) else None
            if group is not None and not _is_waited_for(graph, task, group):
                cause = f"logs to {group.address}, but Terraform may create it later"
                yield at(task, cause, f"set awslogs-group = {group.address}.name")
    yield from _of_databases(graph, groups)


def _name(group: Resource) -> object:
    return group.attributes.get("name")


def _of_databases(graph: Graph, groups: Mapping[str, Resource]) -> Iterator[Finding]:
    """RDS makes the group itself, without a retention, if Terraform has not made it before."""
    for database in graph.of_type("aws_db_instance"):
        identifier = database.attributes.get("identifier")
        for log in items(database.attributes.get("enabled_cloudwatch_logs_exports")):
            group = groups.get(f"/aws/rds/instance/{identifier}/{log}") if isinstance(identifier, str) else None
            if group is not None and not _is_waited_for(graph, database, group):
                cause = f"exports logs to {group.address}, but Terraform may create it later"
                yield at(database, cause, f"add depends_on = [{group.address}]")


def _is_waited_for(graph: Graph, writer: Resource, group: Resource) -> bool:
    """Whether the writer is made after the group; a state does not say it for certain."""
    return not writer.spans or group.address in graph.waits_of(writer) or writer.address in graph.waits_of(group)


RULE = Rule(
    id="MON232",
    scope="terraform",
    title="Log group is not created before its writer",
    severity=Severity.WARNING,
    what="A task definition or database writes to a log group of the stack, but does not depend on it.",
    why="The writer creates the group itself, and the apply fails with ResourceAlreadyExistsException; or tasks do not start.",
    fix="Refer to the log group, or add it to `depends_on`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html (2026-11-28)",
    bad_terraform="""\
resource "aws_db_instance" "main" {
  identifier                      = "shop"
  engine                          = "postgres"
  engine_version                  = "16"
  instance_class                  = "db.t4g.micro"
  allocated_storage               = 20
  username                        = "owner"
  manage_master_user_password     = true
  db_subnet_group_name            = aws_db_subnet_group.main.name
  vpc_security_group_ids          = [aws_security_group.database.id]
  skip_final_snapshot             = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
}
""",
    check_graph=check,
)
