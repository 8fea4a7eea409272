"""Container has risky settings."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, Text, Value, flag, is_known
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, containers


def check(graph: Graph) -> Iterator[Finding]:
    """Compare each container with what Security Hub asks for, and with its neighbours."""
    found = list(containers(graph))
    watched = sum(1 for _, container in found if container.written.get("healthCheck") is not None)
    written_as = [flag(container.written.get("readonlyRootFilesystem")) for _, container in found]
    guarded = written_as.count(True) >= max(1, written_as.count(False))
    for task, container in found:
        faults = list(_faults(container))
        written = container.written
        if flag(written.get("readonlyRootFilesystem")) is False and guarded and not _opens_shells(graph, task):
            faults.append(
                ("has a writable root file system, unlike other containers,", "set readonlyRootFilesystem = true")
            )
        if written.get("healthCheck") is None and 2 * watched >= len(found) > 1 and written.get("portMappings"):
            faults.append(
                (
                    "has no healthCheck, unlike other containers,",
                    'set healthCheck = { command = ["CMD-SHELL", "curl -f http://localhost:8080/health"] }',
                )
            )
        for fault, fix in faults:
            yield at(task, f'{fault} in container "{container.label}"', fix)


def _opens_shells(graph: Graph, task: Resource) -> bool:
    """ECS Exec writes into the root file system."""
    users = graph.users(task, "aws_ecs_service")
    return any(flag(service.attributes.get("enable_execute_command"), default=False) is not False for service in users)


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
    if _floats(image):
        fixed = image.removesuffix(":latest") if isinstance(image, str) else "${aws_ecr_repository.NAME.repository_url}"
        yield "has an image without a fixed version", f'set image = "{fixed}:1.0.0", with its version'


def _floats(image: Value) -> bool:
    """Whether an image has the tag `latest`, or none, which means the same."""
    if isinstance(image, Ref):
        return image.attribute == "repository_url"
    last = image.parts[-1] if isinstance(image, Text) else image
    if not isinstance(last, str) or not is_known(last):
        return False
    return last.endswith(":latest") or (last is image and ":" not in last.rpartition("/")[2])


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
