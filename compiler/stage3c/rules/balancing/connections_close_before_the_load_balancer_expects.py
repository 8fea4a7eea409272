"""Service closes idle connections before the load balancer."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Value, items, number
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import balancers_of
from stage3c.views.services import services_of
from stage3c.views.tasks import Container

_IDLE_SECONDS: Final = 60
# The option that sets how long a server keeps an idle connection, and its default in seconds (2026-11-28):
# https://www.uvicorn.org/settings/, https://docs.gunicorn.org/en/stable/settings.html, https://hypercorn.readthedocs.io
_SERVERS: Final = {
    "uvicorn": (("--timeout-keep-alive",), 5),
    "gunicorn": (("--keep-alive",), 2),
    "hypercorn": (("--keep-alive",), 5),
}
# https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout, https://nginx.org/en/docs/http/ngx_http_core_module.html
_IMAGES: Final = {"httpd": 5, "nginx": 75}
_IMAGE: Final = re.compile(
    r"(?:public\.ecr\.aws/(?:docker/library|nginx)/|docker\.io/library/)?(httpd|nginx)(?:[:@].*)?"
)


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what the command or the image is known to do with each load balancer in front of it."""
    for group in graph.of_type("aws_lb_target_group"):
        for balancer in balancers_of(graph, group):
            idle = number(balancer.attributes.get("idle_timeout", _IDLE_SECONDS))
            kind = balancer.attributes.get("load_balancer_type", "application")
            if balancer.mode != "resource" or idle is None or kind != "application":
                continue
            for service in services_of(graph, group):
                names = [target.container_name for target in service.targets if target.group is group]
                for container in service.containers:
                    kept = _kept_seconds(container) if container.label in names else None
                    if kept is not None and kept[1] <= idle:
                        closes = f"has {container.label}, where {kept[0]} closes idle connections after {kept[1]} s"
                        cause = f"{closes}; {balancer.address} keeps them for {idle} s"
                        yield at(service.resource, cause, _fix(kept[0], idle))


def _fix(server: str, idle: int) -> str:
    options = _SERVERS.get(server)
    if options is None:
        return (
            f"keep connections longer in the configuration of {server}, or lower the idle timeout of the load balancer"
        )
    return f"add `{options[0][0]} {idle + 15}` to the command"


def _kept_seconds(container: Container) -> tuple[str, int] | None:
    """The server and its keep-alive in seconds, where the command or the image says which it is."""
    command = items(container.written.get("command"))
    words = [word for word in command if isinstance(word, str)]
    if words and len(words) == len(command):
        return _of_command(words)
    image = container.written.get("image")
    known = _IMAGE.fullmatch(image) if isinstance(image, str) and not command else None
    return (known[1], _IMAGES[known[1]]) if known else None


def _of_command(words: list[str]) -> tuple[str, int] | None:
    server = next((word.rpartition("/")[2] for word in words if word.rpartition("/")[2] in _SERVERS), None)
    if server is None or any(word in ("-c", "--config") or word.startswith("--config=") for word in words):
        return None
    options, default = _SERVERS[server]
    given: list[Value] = [word.partition("=")[2] for word in words if word.partition("=")[0] in options and "=" in word]
    given += [after for word, after in pairwise(words) if word in options]
    return server, (number(given[-1]) or 0) if given else default


RULE = Rule(
    id="LBA130",
    title="Service closes idle connections before the load balancer",
    scope="graph",
    what="The idle timeout of an Application Load Balancer is not shorter than the keep-alive of the server behind it.",
    why=(
        "The load balancer reuses connections. Where the server closes one first, a request that is just being sent gets "
        "502, now and then and under light load most of all."
    ),
    fix="Keep connections longer than the idle timeout: `--timeout-keep-alive 75`.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="services: {api: {command: [uvicorn, 'app:app', --host, 0.0.0.0]}}",
    good="services: {api: {command: [uvicorn, 'app:app', --host, 0.0.0.0, --timeout-keep-alive, '75']}}",
    bad_terraform="""
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name                   = "web"
    image                  = "${aws_ecr_repository.web.repository_url}:1.0.0"
    command                = ["gunicorn", "app:app"]
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true }
    portMappings           = [{ containerPort = 8080 }]
  }])
}
""",
    check_graph=check,
)
