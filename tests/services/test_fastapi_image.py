"""The image of the FastAPI service: its lock file, its health command, its time to stop."""

import re
import tomllib

from app.__main__ import ANSWER_MAX_SECONDS
from app.options import RDS_BUNDLE, Options
from packaging.requirements import Requirement

from tests.conftest import ROOT
from tests.services.test_images import container

FOLDER = ROOT / "services" / "fastapi"
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
LOCK = (FOLDER / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCK, re.MULTILINE))


def test_what_stands_in_the_code_stands_in_the_image() -> None:
    assert re.findall(r"^EXPOSE (.+)$", DOCKERFILE, re.MULTILINE) == [str(Options.model_fields["PORT"].default)]
    assert f"ADD --chmod=644 ${{RDS_BUNDLE}} {RDS_BUNDLE}\n" in DOCKERFILE
    assert "PYTHONDONTWRITEBYTECODE=1" in DOCKERFILE


def test_the_health_command_can_be_read_by_python() -> None:
    command = container("fastapi")["healthCheck"]["command"]
    assert command[:3] == ["CMD", "python", "-c"]
    compile(command[3], "health command", "exec")


def test_it_is_done_before_ecs_kills_it() -> None:
    assert container("fastapi")["stopTimeout"] - 5 >= ANSWER_MAX_SECONDS + 4


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
