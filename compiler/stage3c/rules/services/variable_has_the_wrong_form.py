"""Address has the wrong form for its variable."""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Text, Value, is_known, network, number
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, tasks

_NAMES: Final = {
    ("aws_lb", "dns_name"): "a host name",
    ("aws_db_instance", "address"): "a host name",
    ("aws_rds_cluster", "endpoint"): "a host name",
    ("aws_db_instance", "endpoint"): "a host name with a port",
}
_URL: Final = re.compile(r"(.+_)?(URL|URI)", re.IGNORECASE)
_DEFAULTS: Final = {"http": 80, "https": 443}
_SERVERS: Final = re.compile(
    r"(.+_)?(DB|DATABASE|RDS|PG|POSTGRES|POSTGRESQL|MYSQL|REDIS|CACHE|SMTP|MAIL)_(HOST|HOSTNAME)", re.IGNORECASE
)
"""Hosts of what is not asked over HTTP; programs such as Ollama and Databricks take a URL as their host."""
_HOST: Final = re.compile(r"(.+_)(HOST|HOSTNAME)", re.IGNORECASE)
_CALLED: Final = re.compile(r"(.+_)(HOST|HOSTNAME|ADDRESS|ENDPOINT|URL|URI)", re.IGNORECASE)
_OWN: Final = re.compile(
    r"(?:BIND|LISTEN|SERVER|APP|PUBLIC|SITE|BASE|OTEL\w*|AWS\w*|DD|STATSD|\w*AGENT\w*|\w*TRACE\w*)_.*", re.IGNORECASE
)
_AUTHORITY: Final = re.compile(
    r"(?:([a-z][a-z0-9+.-]*)://)?(?:[^@/]*@)?(\[[0-9a-f:]+\]|[^:/]+)(?::([0-9]+))?(?:/.*)?", re.IGNORECASE
)


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what a variable is called with what it is given."""
    written = (network(vpc.attributes.get("cidr_block")) for vpc in graph.of_type("aws_vpc"))
    ranges = [each for each in written if each is not None]
    for task in tasks(graph).values():
        for container in task.containers:
            for entry in container.environment:
                name, value = entry.get("name"), entry.get("value")
                if isinstance(name, str):
                    count = len(task.containers)
                    for fault, fix in (
                        *_of_form(graph, name, value),
                        *_of_place(name, value, container, count, ranges),
                    ):
                        yield at(task.resource, f'gives container "{container.label}" {name[:60]}, {fault}', fix)


def _of_form(graph: Graph, name: str, value: Value) -> Iterator[tuple[str, str]]:
    target = graph.target(value)
    given = _NAMES.get((target.type, value.attribute)) if target is not None and isinstance(value, Ref) else None
    if given and _URL.fullmatch(name):
        yield f"which is named like a URL but is given {given}", f'write "https://${{{value}}}", with the scheme'
    if _HOST.fullmatch(name) and isinstance(value, Ref) and given == "a host name with a port":
        yield "which is named like a host but is given a host with a port", f"use {value.address}.address"
    first = value.parts[0] if isinstance(value, Text) else value
    if _SERVERS.fullmatch(name) and isinstance(first, str) and "://" in first:
        yield "which is named like a host but is given a URL", "leave out the scheme"


def _of_place(
    name: str, value: Value, container: Container, count: int, ranges: Sequence[IPv4Network]
) -> Iterator[tuple[str, str]]:
    """An address that is only right by chance: that of this container, or one in the VPC that AWS may change."""
    found = _AUTHORITY.fullmatch(value) if isinstance(value, str) and len(value) < 200 else None  # noqa: PLR2004 - bound
    if not found or not _CALLED.fullmatch(name) or _OWN.fullmatch(name):
        return
    host, port = found[2].lower(), number(found[3] or _DEFAULTS.get(str(found[1]).lower()))
    own = (port is not None and port in container.port_numbers) or not is_known(container.written.get("portMappings"))
    if host in ("localhost", "127.0.0.1", "[::1]") and count == 1 and not own:
        yield "which is this container itself, where nothing of that kind listens", "refer to the resource that answers"
    elif _is_within(host, ranges):
        yield "a fixed address in the VPC, which changes when its resource is replaced", "refer to its DNS name"


def _is_within(host: str, ranges: Sequence[IPv4Network]) -> bool:
    """Tell whether a host is an address of a VPC of the stack; one elsewhere may be fixed for good."""
    try:
        address = IPv4Address(host)
    except ValueError:
        return False
    return any(address in each for each in ranges)


RULE = Rule(
    id="SVC237",
    scope="terraform",
    title="Address has the wrong form for its variable",
    what="A variable for a URL has no scheme, one for a host has a port or scheme, or one for another host has a fixed address.",
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
