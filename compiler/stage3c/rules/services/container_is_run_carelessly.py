"""Container has risky settings."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, is_known
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, containers


def check(graph: Graph) -> Iterator[Finding]:
    """Compare each container with what Security Hub asks for, and with its neighbours."""
    found = list(containers(graph))
    watched = sum(1 for _, container in found if container.written.get("healthCheck") is not None)
    for task, container in found:
        faults = list(_faults(container))
        written = container.written
        if written.get("healthCheck") is None and 2 * watched >= len(found) > 1 and written.get("portMappings"):
            faults.append(
                (
                    "has no healthCheck, unlike other containers,",
                    'set healthCheck = { command = ["CMD-SHELL", "curl -f http://localhost:8080/health"] }',
                )
            )
        for fault, fix in faults:
            yield at(task, f'{fault} in container "{container.label}"', fix)


def _faults(container: Container) -> Iterator[tuple[str, str]]:
    if container.written.get("readonlyRootFilesystem") is None:
        yield "has a writable root file system", "set readonlyRootFilesystem = true"
    if container.written.get("logConfiguration") is None:
        name = container.label if isinstance(container.written.get("name"), str) else "web"
        options = f'awslogs-group = "/{name}", awslogs-region = "eu-central-1", awslogs-stream-prefix = "{name}"'
        yield (
            "has no logConfiguration",
            f'set logConfiguration = {{ logDriver = "awslogs", options = {{ {options} }} }}',
        )
    image = container.written.get("image")
    if (
        isinstance(image, str)
        and is_known(image)
        and (image.endswith(":latest") or ":" not in image.rpartition("/")[2])
    ):
        yield (
            "has an image without a fixed version",
            f'set image = "{image.removesuffix(":latest")}:1.0.0", with its version',
        )


RULE = Rule(
    id="SVC206",
    scope="terraform",
    title="Container has risky settings",
    what="A container has a writable root file system, no logs, no health check or no fixed image version.",
    why="Problems go unnoticed, an attacker can write files, and the next pull can start another image.",
    fix="Set readonlyRootFilesystem, logConfiguration and healthCheck, and a version in image.",
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
