"""Access key or password is written out."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.disclosure import looks_secret, names_a_secret
from stage3c.graph import Graph, Json, Text, Value, document, items
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers

_ARGUMENTS: Final = {
    "aws_secretsmanager_secret_version": ("secret_string",),
    "aws_ssm_parameter": ("value",),
    "aws_instance": ("user_data", "user_data_base64"),
    "aws_launch_configuration": ("user_data", "user_data_base64"),
    "aws_launch_template": ("user_data",),
    "aws_spot_instance_request": ("user_data", "user_data_base64"),
    "aws_ssm_document": ("content",),
}
_PLACES: Final = ("command", "entryPoint", "dockerLabels")
_LONGEST: Final = 32_768  # characters: user data may have 16 KB
_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]{24,}={0,2}\s*")
_ASSIGNED: Final = re.compile(
    r"(?m)^[ \t]{0,40}(?:export[ ])?([A-Z][A-Z0-9_]{2,60})=[\"']?(?!/|arn:|https?:)[^\s\"'$`(){}<>*]{6,200}[\"']?[ \t]{0,9}$"
)
_CREDENTIALS: Final = ("access_key", "secret_key", "token")


def check(graph: Graph) -> Iterator[Finding]:
    """Look for the forms of access keys, tokens and addresses with passwords; the value is never repeated."""
    for task, container in containers(graph):
        for place in _PLACES:
            if any(_is_secret(value) for value in _texts(container.written.get(place))):
                cause = f'has a secret in {place} of container "{container.label}", in plain text'
                yield at(task, cause, "pass it in secrets of the container")
    for kind, arguments in _ARGUMENTS.items():
        for resource in graph.of_type(kind):
            for argument in arguments:
                if resource.spans and _is_secret(resource.attributes.get(argument)):
                    cause = f"has an access key, token or password in {argument}, in plain text"
                    yield at(resource, cause, "revoke it, and pass its successor as a sensitive variable")
    for settings in graph.providers:
        if any(_is_secret(settings.get(key)) for key in _CREDENTIALS):
            cause = "The configuration of the AWS provider has an access key in plain text."
            yield Finding(cause, "remove it, and sign in with a role or a profile.", ())


def _texts(value: Value) -> list[Value]:
    return list(value.values()) if isinstance(value, dict) else items(value)


def _is_secret(value: Value) -> bool:
    """Look into a text as it stands, and into what it is the base64 of; what is unknown in it is as good as a space."""
    if isinstance(value, Json):
        return any(_is_secret(text) for text in _leaves(document(value)))
    if isinstance(value, Text):
        value = "".join(part if isinstance(part, str) else " " for part in value.parts)
    return isinstance(value, str) and any(looks_secret(text) or _assigns(text) for text in (value, _decoded(value)))


def _leaves(value: Value) -> Iterator[Value]:
    """The texts of a document."""
    if isinstance(value, Mapping | list | tuple):
        for member in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(member)
    elif isinstance(value, str | Text):
        yield value


def _assigns(text: str) -> bool:
    """Tell whether a script gives a variable named like a secret a literal value, not one that it looks up."""
    return any(names_a_secret(name) for name in _ASSIGNED.findall(text[:_LONGEST]))


def _decoded(value: str) -> str:
    if len(value) > _LONGEST or not _BASE64.fullmatch(value):
        return ""
    try:
        return b64decode(value).decode()
    except ValueError:
        return ""


RULE = Rule(
    id="SEC232",
    scope="terraform",
    title="Access key or password is written out",
    what="A command, label, parameter or provider has an access key, token or an address with a password.",
    why="It is readable in the repository, the state and the AWS console.",
    fix="Revoke it, and store its successor in Secrets Manager.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-bp.html (2026-11-28)",
    bad_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions = jsonencode([{
    name         = "web"
    image        = "nginx:1.27.3"
    command      = ["serve", "--database", "postgres://shop:correct-horse@db.example.com/shop"]
    portMappings = [{ containerPort = 8080 }]
  }])
}
""",
    check_graph=check,
)
