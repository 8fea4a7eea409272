"""A container that AWS does not take."""

from collections import Counter
from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding
from stage3c.graph import Expr, Graph, Resource, Value, blocks, document, items, number
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import Container, at, containers

_CHECK_LIMITS = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "startPeriod": (0, 300)}
_STOP_MAX = 120
_DRIVERS = (
    "awslogs", "awsfirelens", "splunk", "fluentd", "gelf", "json-file", "journald", "syslog", "none", "logentries",
)  # fmt: skip


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every container whose document is known."""
    for task in graph.of_type("aws_ecs_task_definition"):
        known = containers(task)
        written = items(document(task.attributes.get("container_definitions")))
        if not known or len(known) != len(written):
            continue
        if all(container.get("essential") is False for container in known):
            yield at(task, "has no essential container", "set essential to true for one of them")
        for container in known:
            for fault in (*_faults(container), *_faults_on_fargate(task, container)):
                name = container.get("name")
                what = f'container "{name}"' if isinstance(name, str) else "a container"
                yield at(task, f": {what} {fault}".removeprefix(": "), "mend the container definition")


def _faults(container: Container) -> Iterator[str]:
    for key in ("name", "image"):
        if container.get(key) in (None, ""):
            yield f"has no {key}"
    yield from _faults_of_variables(container)
    for mapping in blocks(container.get("portMappings")):
        if mapping.get("containerPort") is None and mapping.get("containerPortRange") is None:
            yield "maps a port without a number"
    for settings in blocks(container.get("healthCheck")):
        yield from _faults_of_check(settings)
    for logging in blocks(container.get("logConfiguration")):
        yield from _faults_of_logging(logging)


def _faults_on_fargate(task: Resource, container: Container) -> Iterator[str]:
    """What an instance of one's own would take, and Fargate or its network mode does not."""
    for mapping in blocks(container.get("portMappings")) if task.attributes.get("network_mode") == "awsvpc" else ():
        port, host = number(mapping.get("containerPort")), number(mapping.get("hostPort"))
        if port is not None and host not in (None, 0, port):
            yield f"maps port {port} to {host}, which awsvpc does not allow"
    if "FARGATE" not in items(task.attributes.get("requires_compatibilities")):
        return
    stop = number(container.get("stopTimeout"))
    if stop is not None and stop > _STOP_MAX:
        yield f"has a stopTimeout of {stop} seconds; Fargate gives at most {_STOP_MAX}"
    for logging in blocks(container.get("logConfiguration")):
        options = logging.get("options")
        given = options if logging.get("logDriver") == "awslogs" else None
        if isinstance(given, Mapping) and given.get("awslogs-stream-prefix") is None:
            yield "logs by awslogs without awslogs-stream-prefix"


def _faults_of_variables(container: Container) -> Iterator[str]:
    plain, secret = blocks(container.get("environment")), blocks(container.get("secrets"))
    for section, entries, wanted in (
        ("environment", plain, ("name", "value")),
        ("secrets", secret, ("name", "valueFrom")),
    ):
        if any(entry.get(key) is None for entry in entries for key in wanted):
            yield f"has an entry in {section} without {' or '.join(wanted)}"
    injected = Counter(name for entry in secret if isinstance(name := entry.get("name"), str))
    written = {name for entry in plain if isinstance(name := entry.get("name"), str)}
    twice = [name for name, count in injected.items() if count > 1 or name in written]
    if twice:
        yield f"is given {twice[0]} twice"


def _faults_of_check(settings: Mapping[str, Value]) -> Iterator[str]:
    command = settings.get("command")
    if command is None or (isinstance(command, list) and not command):
        yield "has a healthCheck without a command"
    elif isinstance(command, list) and isinstance(command[0], str) and command[0] not in ("CMD", "CMD-SHELL", "NONE"):
        yield f'has a healthCheck whose command starts with "{command[0][:40]}", not with CMD or CMD-SHELL'
    elif isinstance(command, list) and len(command) == 1 and command[0] != "NONE" and not isinstance(command[0], Expr):
        yield "has a healthCheck that runs nothing"
    for key, (low, high) in _CHECK_LIMITS.items():
        value = number(settings.get(key))
        if value is not None and not low <= value <= high:
            yield f"has a healthCheck with {key} {value}; AWS takes {low} to {high}"


def _faults_of_logging(logging: Mapping[str, Value]) -> Iterator[str]:
    driver, options = logging.get("logDriver"), logging.get("options")
    if isinstance(driver, str) and driver not in _DRIVERS:
        yield f'logs by "{driver[:40]}", which Fargate does not have'
    if driver is None:
        yield "has a logConfiguration without a driver"
    if driver == "awslogs":
        given = options if isinstance(options, Mapping) else {}
        missing = [key for key in ("awslogs-group", "awslogs-region") if given.get(key) is None]
        if missing and not isinstance(options, Expr):
            yield f"logs by awslogs without {' and '.join(missing)}"


RULE = Rule(
    id="SVC205",
    scope="terraform",
    title="Container definition is malformed",
    what="A container lacks a name or an image, or a part of it lacks what that needs: a port its number, a check its command.",
    why="AWS refuses the task definition at apply: ClientException, or the container logs nowhere.",
    fix="Give each part what it needs.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name = "web"
  }])
}
""",
    good_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "web"
  container_definitions = jsonencode([{
    name  = "web"
    image = "nginx:1"
  }])
}
""",
    check_graph=check,
)
