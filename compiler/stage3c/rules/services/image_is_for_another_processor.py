"""Image is for another processor."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, Resource, Text, Value, blocks, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, tasks

_PROCESSORS: Final[Mapping[str, str]] = {
    "arm64": "ARM64",
    "arm64v8": "ARM64",
    "aarch64": "ARM64",
    "amd64": "X86_64",
    "x86_64": "X86_64",
}
_WORD: Final = re.compile(r"x86_64|[a-z0-9]+")
_BUILDS: Final = ("docker_image", "docker_registry_image")
"""Images that the kreuzwerker/docker provider builds in the same configuration."""


def check(graph: Graph) -> Iterator[Finding]:
    """Compare what the name of an image, or its build, says with the platform of its task."""
    for task in tasks(graph).values():
        for container in task.containers if task.processor else ():
            others = [found for found in _made_for(graph, container) if found[0] != task.processor]
            for made_for, source in others[:1]:
                yield at(
                    task.resource,
                    f"runs {container.label} on {task.processor}, but {source} is for {made_for}; the container ends with "
                    "exec format error",
                    f'set runtime_platform {{ cpu_architecture = "{made_for}" }}, or use an image for {task.processor}',
                )


def _made_for(graph: Graph, container: Container) -> Iterator[tuple[str, str]]:
    image = container.written.get("image")
    for target in filter(None, map(graph.target, refs_in(image))):
        yield from _of_build(graph, target) if target.type in _BUILDS else ()
    for part in image.parts if isinstance(image, Text) else (image,):
        yield from _of_text(part)


def _of_text(text: Value) -> Iterator[tuple[str, str]]:
    """Several processors in one name are an image for all of them."""
    words = _WORD.findall(text.lower()) if isinstance(text, str) else []
    named = {_PROCESSORS[word] for word in words if word in _PROCESSORS}
    if len(named) == 1:
        yield named.pop(), f'image "{clip(str(text))}"'


def _of_build(graph: Graph, image: Resource) -> Iterator[tuple[str, str]]:
    """A build says its platform, `linux/arm64`; a pushed image is built by another resource."""
    builds = blocks(image.attributes.get("build"))
    platforms = [image.attributes.get("platform"), *(build.get("platform") for build in builds)]
    named = {_PROCESSORS.get(text.rpartition("/")[2]) for text in platforms if isinstance(text, str)} - {None}
    if len(named) == 1:
        yield str(named.pop()), image.address
    for source in filter(None, map(graph.target, refs_in(image.attributes.get("name")))):
        if source is not image and source.type == "docker_image":
            yield from _of_build(graph, source)


RULE = Rule(
    id="SVC150",
    scope="graph",
    title="Image is for another processor",
    severity=Severity.WARNING,
    what="The name of an image, or its build, says another CPU architecture than the platform of its task.",
    why="The container ends at once with `exec format error`, and the deployment fails.",
    fix="Set the CPU architecture of the task to that of the image, or build the image for the task's.",
    source="https://github.com/aws/copilot-cli/issues/1949",
    bad="services: {web: {build: null, image: 'registry.example.com/web:1.2-arm64'}}",
    good="services: {web: {build: null, image: 'registry.example.com/web:1.2-amd64'}}",
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
    image        = "arm64v8/nginx:1"
    portMappings = [{ containerPort = 8080 }]
  }])
}
""",
    good_terraform="""\
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  runtime_platform {
    cpu_architecture = "ARM64"
  }
  container_definitions = jsonencode([{
    name         = "web"
    image        = "arm64v8/nginx:1"
    portMappings = [{ containerPort = 8080 }]
  }])
}
""",
    check_graph=check,
)
