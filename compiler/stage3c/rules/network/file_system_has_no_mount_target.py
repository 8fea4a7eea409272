"""File system of a service has no mount target."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.runners import runners
from stage3c.views.tasks import file_systems


def check(graph: Graph) -> Iterator[Finding]:
    """Look at what the tasks of a service mount; what a module or another stack may complete is passed over."""
    shown = {ref.address for ref in graph.shown}
    for runner in runners(graph).values():
        for system in file_systems(graph, runner.task.resource) if runner.task else ():
            is_ours = system.type == "aws_efs_file_system" and system.mode == "resource" and system.certain
            may_be_completed = graph.is_handed_out(system) or system.address in shown
            if is_ours and not may_be_completed and not graph.users(system, "aws_efs_mount_target"):
                cause = f"is mounted by {runner.resource.address}, but has no mount target"
                fix = f"add an aws_efs_mount_target with file_system_id = {system.address}.id in each zone"
                yield at(system, cause, fix)


RULE = Rule(
    id="NET265",
    scope="terraform",
    title="File system of a service has no mount target",
    severity=Severity.WARNING,
    what="The tasks of a service mount an EFS file system for which the configuration makes no mount target.",
    why="No task starts: ResourceInitializationError, failed to resolve the name of the file system.",
    fix="Add an `aws_efs_mount_target` in each availability zone of the service.",
    source="https://github.com/aws/amazon-ecs-cli/issues/1083 (2026-11-28)",
    bad_terraform="""\
resource "aws_efs_file_system" "files" {
  encrypted = true
}

resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1.27.3"
    portMappings = [{ containerPort = 8080 }]
    mountPoints  = [{ sourceVolume = "files", containerPath = "/files" }]
  }])
  volume {
    name = "files"
    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.files.id
      transit_encryption = "ENABLED"
    }
  }
}
""",
    check_graph=check,
)
