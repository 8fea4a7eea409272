"""How a service's folder becomes a program, and what of it is missing."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from stage3c.rehearsal.agent.programs import Program, program, stand_in
from stage3c.rehearsal.agent.requirements import missing
from stage3c.rehearsal.failure import Failed


class Installer:
    """Notes what would be run."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def __call__(self, command: Sequence[str], folder: Path) -> None:
        self.commands.append(" ".join(command))
        if "venv" in command:
            (Path(command[-1]) / "bin").mkdir(parents=True)
            (Path(command[-1]) / "bin" / "python").symlink_to("/bin/true")
        else:
            (folder / "node_modules").mkdir(exist_ok=True)


def made(
    tmp_path: Path, files: dict[str, str], installer: Installer, work: Path | None = None, **container: object
) -> Program:
    source = tmp_path / "api"
    source.mkdir(exist_ok=True)
    for name, text in files.items():
        (source / name).write_text(text)
    work = work or tmp_path / "work"
    work.mkdir(exist_ok=True)
    return program(source, container, work, tmp_path / "cache", installer)


PYTHON = {"pyproject.toml": '[project]\nname = "a"\ndependencies = ["pytest"]\n', "Dockerfile": 'CMD ["python", "x"]'}
OTHER = PYTHON["pyproject.toml"].replace("pytest", "no-such-package-of-ours>=1")
NODE = {"package.json": "{}", "package-lock.json": json.dumps({"packages": {}}), "Dockerfile": 'CMD ["node", "x.js"]'}


def test_what_this_python_has_is_not_installed_again(tmp_path: Path) -> None:
    installer = Installer()
    found = made(tmp_path, PYTHON, installer)
    assert installer.commands == []
    assert found.folder.name == "api"
    assert found.folder.is_relative_to(tmp_path / "work")
    assert found.command[1:] == ("x",)


def test_what_is_missing_is_installed_once(tmp_path: Path) -> None:
    installer = Installer()
    for _ in range(2):
        found = made(tmp_path, {**PYTHON, "pyproject.toml": OTHER}, installer)
    assert len(installer.commands) == 2
    assert installer.commands[1].endswith("no-such-package-of-ours>=1")
    assert found.command[0].startswith(str(tmp_path / "cache"))
    assert all(" -I -m " in each for each in installer.commands)


def test_two_services_whose_folders_have_the_same_name_run_their_own_code(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "office").mkdir()
    found = [
        made(tmp_path / name, {**PYTHON, "own.py": name}, Installer(), work=tmp_path / "work")
        for name in ("shop", "office")
    ]
    assert [(each.folder / "own.py").read_text() for each in found] == ["shop", "office"]


def test_packages_of_node_are_installed_once_from_the_lock(tmp_path: Path) -> None:
    installer = Installer()
    for _ in range(2):
        found = made(tmp_path, NODE, installer)
    assert len(installer.commands) == 1
    assert " ci " in installer.commands[0]
    assert (found.folder / "node_modules").is_dir()


def test_the_command_of_the_task_definition_wins(tmp_path: Path) -> None:
    assert made(tmp_path, PYTHON, Installer(), command=["python", "-m", "job"]).command[1:] == ("-m", "job")


@pytest.mark.parametrize(
    ("files", "cause"),
    [
        ({}, "neither pyproject.toml nor package.json"),
        ({"pyproject.toml": ""}, "has no start command"),
        ({"pyproject.toml": '[project]\nrequires-python = ">=9"\n', "Dockerfile": "CMD x"}, "needs Python >=9"),
        ({**PYTHON, "Dockerfile": 'CMD ["no-such-program"]'}, "no-such-program"),
    ],
)
def test_what_cannot_be_started_is_said(tmp_path: Path, files: dict[str, str], cause: str) -> None:
    with pytest.raises(Failed, match=cause):
        made(tmp_path, files, Installer())


def test_requirements_are_compared_with_extras_and_markers() -> None:
    assert missing(["pytest", "hypothesis>=6", "nothing-here; python_version < '3'"]) == []
    assert missing(["pytest<1", "not a requirement!", "nothing-here"]) == [
        "not a requirement!",
        "nothing-here",
        "pytest",
    ]


def test_a_stand_in_says_that_it_is_one(tmp_path: Path) -> None:
    found = stand_in(tmp_path, [8000])
    assert not found.is_real
    assert "stand-in" in found.note
