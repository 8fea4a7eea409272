"""Container definition is not valid."""

from collections import Counter
from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Expr, Graph, Resource, Text, Value, blocks, items, number
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Block, Container, tasks

_CHECK_LIMITS = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "startPeriod": (0, 300)}
_STOP_MAX = 120
_LISTS = ("command", "entryPoint")
_CHECK = 'set command = ["CMD-SHELL", "curl -f http://localhost:8080/health"]'
_DRIVERS = (
    "awslogs", "awsfirelens", "splunk", "fluentd", "gelf", "json-file", "journald", "syslog", "none", "logentries",
)  # fmt: skip

_OPTIONS = {"awslogs": ("awslogs-group", "awslogs-region"), "splunk": ("splunk-token", "splunk-url")}


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every container whose document is known."""
    for task in tasks(graph).values():
        if not task.is_complete:
            continue
        if all(container.written.get("essential") is False for container in task.containers):
            yield at(task.resource, "has no essential container", "set essential = true on one of them")
        for container in task.containers:
            for fault, fix in (*_faults(container), *_faults_on_fargate(task.resource, container)):
                named = isinstance(container.written.get("name"), str)
                what = f'container "{container.label}"' if named else container.label
                yield at(task.resource, f"{what} {fault}", fix)


def _faults(container: Container) -> Iterator[tuple[str, str]]:
    for key in ("name", "image"):
        if container.written.get(key) in (None, ""):
            yield f"has no {key}", 'set name = "web"' if key == "name" else 'set image = "nginx:1.27.3"'
    yield from _faults_of_image(container.written.get("image"))
    for key in _LISTS:
        if isinstance(container.written.get(key), str):
            yield f"has text as {key}, where AWS takes a list", f'set {key} = ["node", "server.js"]'
    yield from _faults_of_variables(container)
    for mapping in container.ports:
        if mapping.get("containerPort") is None and mapping.get("containerPortRange") is None:
            yield "has a port mapping without containerPort", "set containerPort = 8080"
    for settings in container.health_checks:
        yield from _faults_of_check(settings)
    for logging in container.logging:
        yield from _faults_of_logging(logging)


def _faults_of_image(image: Value) -> Iterator[tuple[str, str]]:
    if isinstance(image, str) and _path(image) != _path(image).lower():
        yield f'has image "{clip(image)}", whose path may not have capitals', f'set image = "{clip(image.lower())}"'
    start = image.parts[0] if isinstance(image, Text) else image
    if isinstance(start, str) and "://" in start:
        yield "has an image that starts with a scheme", "write the image as REGISTRY/REPOSITORY:TAG"


def _path(image: str) -> str:
    """The repository in a reference to an image: without registry, tag and digest."""
    first, _, rest = image.partition("/")
    path = rest if rest and ("." in first or ":" in first or first == "localhost") else image
    return path.partition("@")[0].partition(":")[0]


def _faults_on_fargate(task: Resource, container: Container) -> Iterator[tuple[str, str]]:
    """What an instance of one's own would take, and Fargate or its network mode does not."""
    for mapping in container.ports if task.attributes.get("network_mode") == "awsvpc" else ():
        port, host = number(mapping.get("containerPort")), number(mapping.get("hostPort"))
        if port is not None and host not in (None, 0, port):
            yield f"maps port {port} to host port {host}, which awsvpc does not allow", "remove hostPort"
    if "FARGATE" not in items(task.attributes.get("requires_compatibilities")):
        return
    stop = number(container.written.get("stopTimeout"))
    if stop is not None and stop > _STOP_MAX:
        yield f"has stopTimeout {stop}; Fargate allows at most {_STOP_MAX}", f"set stopTimeout = {_STOP_MAX}"
    for logging in container.logging:
        options = logging.get("options")
        given = options if logging.get("logDriver") == "awslogs" else None
        if isinstance(given, Mapping) and given.get("awslogs-stream-prefix") is None:
            yield "uses awslogs without awslogs-stream-prefix", 'set awslogs-stream-prefix = "web"'


def _faults_of_variables(container: Container) -> Iterator[tuple[str, str]]:
    plain, secret = container.environment, container.secrets
    sections = (("environment", plain, ("name",)), ("secrets", secret, ("name", "valueFrom")))
    for section, entries, wanted in sections:
        if any(entry.get(key) is None for entry in entries for key in wanted):
            yield (
                f"has an entry in {section} without {' or '.join(wanted)}",
                f"set {' and '.join(wanted)} in every entry",
            )
    injected = Counter(name for entry in secret if isinstance(name := entry.get("name"), str))
    written = {name for entry in plain if isinstance(name := entry.get("name"), str)}
    twice = [name for name, count in injected.items() if count > 1 or name in written]
    if twice:
        yield f"sets {twice[0]} twice", f"remove one {twice[0]} from environment or secrets"


def _faults_of_check(settings: Block) -> Iterator[tuple[str, str]]:
    command = settings.get("command")
    if command is None or (isinstance(command, list) and not command):
        yield "has a healthCheck without command", _CHECK
    elif isinstance(command, str):
        yield "has text as healthCheck command, where AWS takes a list", _CHECK
    elif isinstance(command, list) and isinstance(command[0], str) and command[0] not in ("CMD", "CMD-SHELL", "NONE"):
        yield f'has a healthCheck command that starts with "{command[0][:40]}", not with CMD or CMD-SHELL', _CHECK
    elif isinstance(command, list) and len(command) == 1 and command[0] != "NONE" and not isinstance(command[0], Expr):
        yield "has a healthCheck that runs nothing", _CHECK
    for key, (low, high) in _CHECK_LIMITS.items():
        value = number(settings.get(key))
        if value is not None and not low <= value <= high:
            yield (
                f"has a healthCheck with {key} {value}; AWS allows {low} to {high}",
                f"set {key} = {min(max(value, low), high)}",
            )


def _faults_of_logging(logging: Block) -> Iterator[tuple[str, str]]:
    driver, options = logging.get("logDriver"), logging.get("options")
    if isinstance(driver, str) and driver not in _DRIVERS:
        yield f'has logDriver "{driver[:40]}", which Fargate does not support', 'set logDriver = "awslogs"'
    if driver is None:
        yield "has a logConfiguration without logDriver", 'set logDriver = "awslogs"'
    given = dict(options) if isinstance(options, Mapping) else {}
    given |= {str(secret.get("name")): secret for secret in blocks(logging.get("secretOptions"))}
    missing = [key for key in _OPTIONS.get(driver, ()) if given.get(key) is None] if isinstance(driver, str) else []
    if missing and not isinstance(options, Expr) and not isinstance(logging.get("secretOptions"), Expr):
        yield f"uses {driver} without {' and '.join(missing)}", f"set {' and '.join(missing)} in options"


RULE = Rule(
    id="SVC205",
    scope="terraform",
    title="Container definition is not valid",
    what="A container has no name or image, or a port mapping, health check or log configuration is incomplete.",
    why="AWS rejects the task definition at apply with ClientException, or the container does not log.",
    fix='Set what the finding names, such as `image = "nginx:1.27.3"`.',
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family = "shop-web"
  container_definitions = jsonencode([{
    name         = "web"
    portMappings = [{ containerPort = 8080 }]
  }])
}
""",
    check_graph=check,
)
