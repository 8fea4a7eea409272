"""The image of the FastAPI service against the spec that runs it: port, user, health command, stopping, and its lock file."""

import json
import re
import tomllib
from typing import Any

from app.__main__ import ANSWER_MAX_SECONDS, LINGER_MAX_SECONDS
from app.options import RDS_BUNDLE, Options
from packaging.requirements import Requirement

from compiler.graph import Json
from compiler.pipeline import compile_spec
from tests.conftest import ROOT

FOLDER = ROOT / "services" / "fastapi"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
LOCK = (FOLDER / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCK, re.MULTILINE))


def container() -> Any:
    """The container of the reference spec, as ECS is told."""
    path = ROOT / "specs" / "stage3v3.yaml"
    graph = compile_spec(path.read_bytes(), str(path)).builds[0].graph
    assert graph is not None
    written = graph.resources["aws_ecs_task_definition.fastapi"].attributes["container_definitions"]
    assert isinstance(written, Json)
    assert isinstance(written.value, list)
    return written.value[0]


def instruction(name: str) -> str:
    """The last instruction of a kind: the one of the image that runs."""
    found = re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)
    return str(found[-1])


def test_the_port_is_the_specs() -> None:
    (mapping,) = container()["portMappings"]
    assert int(instruction("EXPOSE")) == mapping["containerPort"] == Options.model_fields["PORT"].default


def test_it_runs_as_a_number_that_is_not_root_on_a_root_that_is_read_only() -> None:
    user, group = instruction("USER").split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert container()["readonlyRootFilesystem"] is True
    assert container()["mountPoints"] == [], "nothing is written, so nothing is writable"
    assert "PYTHONDONTWRITEBYTECODE=1" in DOCKERFILE


def test_the_health_command_is_in_the_image_and_asks_the_right_place() -> None:
    command = container()["healthCheck"]["command"]
    assert command[:3] == ["CMD", "python", "-c"]
    assert "http://127.0.0.1:8000/health" in command[3]
    assert instruction("FROM").startswith("python:")
    compile(command[3], "health command", "exec")


def test_it_is_told_to_stop_directly_and_is_done_before_ecs_kills_it() -> None:
    assert json.loads(instruction("CMD")) == ["python", "-m", "app"], "no shell stands between it and its signals"
    assert instruction("STOPSIGNAL") == "SIGTERM"
    assert container()["stopTimeout"] - 5 >= LINGER_MAX_SECONDS + ANSWER_MAX_SECONDS + 4


def test_what_is_copied_is_there_and_not_ignored() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    kept = [line[1:] for line in (FOLDER / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert set(copied) == set(kept)
    assert all((FOLDER / each).exists() for each in copied)
    assert f"/global/global-bundle.pem {RDS_BUNDLE}\n" in DOCKERFILE


def test_every_package_is_locked_with_hashes_and_the_lock_fits_what_is_asked_for() -> None:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(each) for each in project["dependencies"]]
    assert [each.name for each in wanted if LOCKED.get(each.name, "") not in each.specifier] == []
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z])", LOCK.split("\n", 2)[2]) if "==" in entry)
    assert "--require-hashes" in DOCKERFILE


def test_the_tests_run_with_what_the_image_runs_with() -> None:
    def dependencies(listed: list[str]) -> dict[str, Requirement]:
        return {Requirement(each).name: Requirement(each) for each in listed}

    root = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    service = tomllib.loads((FOLDER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = dependencies(root["optional-dependencies"]["test"])
    for name, wanted in dependencies(service["dependencies"]).items():
        assert ours[name].extras == wanted.extras, name
        assert ours[name].specifier.contains(LOCKED[name]), name
