"""A container without a net."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, is_known
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, tasks


def check(graph: Graph) -> Iterator[Finding]:
    """Compare each container with what Security Hub asks for, and with its neighbours."""
    found = list(tasks(graph))
    watched = sum(1 for _, container, _ in found if container.get("healthCheck") is not None)
    for task, container, name in found:
        faults = list(_faults(container))
        if container.get("healthCheck") is None and 2 * watched >= len(found) > 1 and container.get("portMappings"):
            faults.append("has no healthCheck, which others have")
        for fault in faults:
            yield at(task, f'{fault} in container "{name}"', "mend the container definition")


def _faults(container: Container) -> Iterator[str]:
    if container.get("readonlyRootFilesystem") is None:
        yield "lets the application write to its root file system"
    if container.get("logConfiguration") is None:
        yield "logs nowhere"
    image = container.get("image")
    if (
        isinstance(image, str)
        and is_known(image)
        and (image.endswith(":latest") or ":" not in image.rpartition("/")[2])
    ):
        yield "runs an image without a fixed version"


RULE = Rule(
    id="SVC206",
    scope="terraform",
    title="Container is run carelessly",
    what="A container leaves its root file system open, logs nowhere, or runs no fixed version of its image.",
    why="What breaks in it is seen late: nothing is logged, an attacker can write, and the next pull brings another image.",
    fix="Set readonlyRootFilesystem, a logConfiguration and a healthCheck, and name a version of the image.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "shop-web"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:latest"
    portMappings = [{ containerPort = 8080 }]
  }])
}
""",
    check_graph=check,
)
