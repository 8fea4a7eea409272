"""The images of both services against the spec that runs them: port, user, health command, stopping, what is copied."""

import json
import re
from typing import Any

import pytest
from msgspec import Struct
from stage3c.graph import Json
from stage3c.pipeline import compile_spec

from tests.conftest import ROOT

SERVICES = {"fastapi": "python", "nodejs": "node"}


class Image(Struct, frozen=True):
    """A Dockerfile, and the container of the reference spec that its image runs as, as ECS is told."""

    name: str
    program: str
    dockerfile: str
    container: Any

    def last(self, instruction: str) -> str:
        """The last instruction of a kind: the one of the image that runs."""
        return str(re.findall(rf"^{instruction} (.+)$", self.dockerfile, re.MULTILINE)[-1])


def container(service: str) -> Any:
    """The container of a service of the reference spec."""
    path = ROOT / "specs" / "stage3v3.yaml"
    graph = compile_spec(path.read_bytes(), str(path)).builds[0].graph
    assert graph is not None
    written = graph.resources[f"aws_ecs_task_definition.{service}"].attributes["container_definitions"]
    assert isinstance(written, Json)
    assert isinstance(written.value, list)
    return written.value[0]


@pytest.fixture(params=SERVICES, scope="module")
def image(request: pytest.FixtureRequest) -> Image:
    dockerfile = (ROOT / "services" / request.param / "Dockerfile").read_text(encoding="utf-8")
    return Image(request.param, SERVICES[request.param], dockerfile, container(request.param))


def test_the_port_is_the_specs(image: Image) -> None:
    (mapping,) = image.container["portMappings"]
    assert int(image.last("EXPOSE")) == mapping["containerPort"]


def test_it_runs_as_a_number_that_is_not_root_on_a_root_that_is_read_only(image: Image) -> None:
    assert all(int(each) > 0 for each in image.last("USER").split(":"))
    assert image.container["readonlyRootFilesystem"] is True
    assert image.container["mountPoints"] == [], "nothing is written, so nothing is writable"


def test_the_health_command_is_in_the_image_and_asks_the_right_place(image: Image) -> None:
    command = image.container["healthCheck"]["command"]
    assert command[:2] == ["CMD", image.program]
    assert f"http://127.0.0.1:{image.last('EXPOSE')}/health" in command[3]
    assert image.last("FROM") == f"${{{image.program.upper()}}}"
    assert re.search(rf"^ARG {image.program.upper()}={image.program}:", image.dockerfile, re.MULTILINE)


def test_it_is_told_to_stop_directly(image: Image) -> None:
    assert json.loads(image.last("CMD"))[0] == image.program, "no shell stands between it and its signals"
    assert image.last("STOPSIGNAL") == "SIGTERM"


def test_it_is_built_in_stages_for_both_architectures(image: Image) -> None:
    stages = re.findall(r"^FROM (\S+)", image.dockerfile, re.MULTILINE)
    assert len(stages) == 2
    assert "--platform linux/amd64,linux/arm64" in image.dockerfile
    assert not re.search(r"amd64|arm64|x86_64|aarch64", re.sub(r"^#.*$", "", image.dockerfile, flags=re.MULTILINE))


def test_what_is_copied_is_there_and_not_ignored(image: Image) -> None:
    folder = ROOT / "services" / image.name
    lines = re.findall(r"^COPY (?!--from)(.+)$", image.dockerfile, re.MULTILINE)
    copied = {source for line in lines for source in line.split()[:-1]}
    kept = {line[1:] for line in (folder / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == kept
    assert all((folder / each).exists() for each in copied)
