"""Address has the wrong form for its variable."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Text, Value, number
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, tasks

_NAMES: Final = {
    ("aws_lb", "dns_name"): "a host name",
    ("aws_db_instance", "address"): "a host name",
    ("aws_rds_cluster", "endpoint"): "a host name",
    ("aws_db_instance", "endpoint"): "a host name with a port",
}
_URL: Final = re.compile(r"(.+_)?(URL|URI)", re.IGNORECASE)
_HOST: Final = re.compile(r"(.+_)(HOST|HOSTNAME)", re.IGNORECASE)
_CALLED: Final = re.compile(r"(.+_)(HOST|HOSTNAME|ADDRESS|ENDPOINT|URL|URI)", re.IGNORECASE)
_OWN: Final = re.compile(
    r"(?:BIND|LISTEN|SERVER|APP|PUBLIC|SITE|BASE|OTEL\w*|AWS\w*|DD|STATSD|\w*AGENT\w*|\w*TRACE\w*)_.*", re.IGNORECASE
)
_AUTHORITY: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[^@/]*@)?(\[[0-9a-f:]+\]|[^:/]+)(?::([0-9]+))?(?:/.*)?", re.IGNORECASE
)


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what a variable is called with what it is given."""
    for task in tasks(graph).values():
        for container in task.containers:
            for entry in container.environment:
                name, value = entry.get("name"), entry.get("value")
                if isinstance(name, str):
                    for fault, fix in (
                        *_of_form(graph, name, value),
                        *_of_place(name, value, container, len(task.containers)),
                    ):
                        yield at(task.resource, f'gives container "{container.label}" {name[:60]}, {fault}', fix)


def _of_form(graph: Graph, name: str, value: Value) -> Iterator[tuple[str, str]]:
    target = graph.target(value)
    given = _NAMES.get((target.type, value.attribute)) if target is not None and isinstance(value, Ref) else None
    if given and _URL.fullmatch(name):
        yield f"a URL by its name, but {given} by its value", f'write "https://${{{value}}}", with the scheme'
    if _HOST.fullmatch(name) and isinstance(value, Ref) and given == "a host name with a port":
        yield "a host by its name, but a host with a port by its value", f"use {value.address}.address"
    first = value.parts[0] if isinstance(value, Text) else value
    if _HOST.fullmatch(name) and isinstance(first, str) and "://" in first:
        yield "a host by its name, but a URL by its value", "leave out the scheme"


def _of_place(name: str, value: Value, container: Container, count: int) -> Iterator[tuple[str, str]]:
    """An address that is only right by chance: that of this container, or a private one that AWS may change."""
    found = _AUTHORITY.fullmatch(value) if isinstance(value, str) and len(value) < 200 else None  # noqa: PLR2004 - bound
    if not found or not _CALLED.fullmatch(name) or _OWN.fullmatch(name):
        return
    host, port = found[1].lower(), number(found[2])
    own = port is not None and port in container.port_numbers
    if host in ("localhost", "127.0.0.1", "[::1]") and count == 1 and not own:
        yield "which is this container itself, where nothing of that kind listens", "refer to the resource that answers"
    elif _is_private(host):
        yield "a fixed private address, which AWS changes when it replaces what has it", "refer to its DNS name"


def _is_private(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_private and not (address.is_loopback or address.is_unspecified or address.is_link_local)


RULE = Rule(
    id="SVC237",
    scope="terraform",
    title="Address has the wrong form for its variable",
    what="A variable for a URL has no scheme, one for a host has a port, or one for another host has a fixed address.",
    why="The application fails when it first connects, or on the day on which AWS changes the address.",
    fix="Write a URL with its scheme, a host without port, and the DNS name of the resource by reference.",
    source="https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/db_instance (from memory)",
    severity=Severity.WARNING,  # the application may accept other forms
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
    environment  = [{ name = "DB_HOST", value = aws_db_instance.main.endpoint }]
  }])
}
""",
    check_graph=check,
)
