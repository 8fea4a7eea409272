"""Injected secret has no such key."""

import re
from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Json, Ref, Resource, Text, Value, document
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers
from stage3c.wording import listed

_VERSION = re.compile(r"[0-9A-Za-z-]{32,64}")
_RDS_KEYS = ("username", "password")
_TAIL = re.compile(r":([^:]*):([^:]*):([^:]*)")
_HOLDERS = ("aws_secretsmanager_secret", "aws_ssm_parameter", "aws_secretsmanager_secret_version")
_OF_THE_INSTANCE = {
    "host": "address",
    "hostname": "address",
    "port": "port",
    "dbname": "db_name",
    "database": "db_name",
}
_WHOLE = ("arn", "id", "secret_arn", "secret_id", "name")


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every value that is injected, as far as its secret is known."""
    for task, container in containers(graph):
        for entry in container.secrets:
            fault = _fault(graph, entry.get("valueFrom"))
            if fault:
                told = entry.get("name")
                what = told if isinstance(told, str) else "a value"
                yield at(task, f'injects {what} into container "{container.label}" from {fault[0]}', fault[1])


def _fault(graph: Graph, value: Value) -> tuple[str, str] | None:
    if isinstance(value, str):
        return _fault_of_text(value)
    parts = value.parts if isinstance(value, Text) else (value,)
    ref = parts[0] if parts and isinstance(parts[0], Ref) else None
    target = graph.target(ref)
    if ref is None or target is None:
        return None
    if _is_no_secret(target, ref):
        return f"{ref}, which is not a secret", "use the arn of an aws_secretsmanager_secret, or environment"
    rest = parts[1] if len(parts) > 1 else ""
    if not isinstance(rest, str) or len(parts) > 2:  # noqa: PLR2004 - an ARN and its tail
        return None
    return _fault_of_tail(graph, target, ref, rest)


def _is_no_secret(target: Resource, ref: Ref) -> bool:
    if target.type.startswith(("aws_db_instance", "aws_rds_cluster")):
        return not ref.attribute.endswith("secret_arn")
    if target.type in _HOLDERS:
        return ref.attribute not in _WHOLE
    return target.mode == "resource" and target.type.startswith("aws_") and "secret" not in ref.attribute


def _fault_of_tail(graph: Graph, target: Resource, ref: Ref, rest: str) -> tuple[str, str] | None:
    tail = _TAIL.fullmatch(rest) if rest else None
    if rest and tail is None:
        return f'{ref} with "{rest[:60]}", which is not of the form :key:stage:version', "write :KEY:: after the ARN"
    if tail and tail[3] and not _VERSION.fullmatch(tail[3]):
        return f'{ref} with version "{tail[3][:60]}", which is not a version id', f"write :{tail[1]}:: after the ARN"
    keys = _keys(graph, target)
    key = tail[1] if tail else ""
    if key and keys is not None and key not in keys:
        argument = _OF_THE_INSTANCE.get(key) if "aws_db_instance" in target.type else None
        fix = f"move it to environment, with value = {target.address}.{argument}" if argument else None
        return f'{ref}, which has the keys {listed(keys)}, not "{key[:60]}"', fix or _example(keys)
    return None


def _example(keys: list[str]) -> str:
    return f"write :{keys[0] if keys else 'KEY'}:: after the ARN"


def _fault_of_text(text: str) -> tuple[str, str] | None:
    if text.startswith("arn:") and ":secretsmanager:" not in text and ":ssm:" not in text:
        return f'"{text[:80]}", which is not a secret', "use the ARN of a secret or of an SSM parameter"
    if ":secretsmanager:" in text and text.count(":") not in (6, 9):
        return f'"{text[:80]}", which is not of the form ARN:key:stage:version', "write :KEY:: after the ARN"
    return None


def _keys(graph: Graph, target: Resource) -> list[str] | None:
    """The keys of a secret: those of RDS, or those of the only version that the stack writes."""
    if target.type.startswith(("aws_db_instance", "aws_rds_cluster")):
        return list(_RDS_KEYS)
    versions = graph.users(target, "aws_secretsmanager_secret_version")
    written = [
        version.attributes.get("secret_string", version.attributes.get("secret_string_wo")) for version in versions
    ]
    if len(written) != 1 or not isinstance(written[0], Json | str | Text):
        return None
    content = document(written[0])
    return sorted(map(str, content)) if isinstance(content, dict) else None


RULE = Rule(
    id="SEC201",
    scope="terraform",
    title="Injected secret has no such key",
    what="A container uses a key that the secret does not have, or something that is not a secret.",
    why="The task does not start: ResourceInitializationError, did not contain json key.",
    fix="Write a key that the secret has; the secret of RDS has `username` and `password` only.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html (2026-11-24)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1"
    portMappings = [{ containerPort = 8080 }]
    secrets      = [{ name = "DB_HOST", valueFrom = "${aws_db_instance.main.master_user_secret[0].secret_arn}:host::" }]
  }])
}
""",
    check_graph=check,
)
