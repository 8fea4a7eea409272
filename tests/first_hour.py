"""From nothing to a validated stack, as a new user goes: `python -m tests.first_hour` prints a table for five kinds of project.

Each kind gets a folder and a virtual environment of its own outside the repository, in which the wheel is installed. Every
question of `init` is answered with its default, and counts as a decision. Nothing here asserts a time.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tests.conftest import ROOT

DOCKERFILE: Final = "FROM python:3.13-slim\nEXPOSE 8000\nUSER app\nHEALTHCHECK CMD curl http://localhost:8000/up\n"
NODE: Final = "FROM node:24-slim\nEXPOSE 3000\nUSER node\n"
COMPOSE: Final = """\
services:
  api:
    build: {context: ./api}
    environment: {LOG_LEVEL: info, DATABASE_URL: "postgres://app:hunter2@db/app"}
  web:
    build: ./web
    ports: ["80:3000"]
    environment: {API_URL: "http://api:8000"}
  db: {image: "postgres:16"}
"""
KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "empty folder": {},
    "Dockerfile": {"Dockerfile": DOCKERFILE},
    "package.json": {"package.json": '{"dependencies": {"pg": "8"}}'},
    "pyproject.toml": {"pyproject.toml": '[project]\ndependencies = ["psycopg>=3"]\n'},
    "Compose file": {"compose.yaml": COMPOSE, "api/Dockerfile": DOCKERFILE, "web/Dockerfile": NODE},
}


class Hour(NamedTuple):
    """What it took."""

    kind: str
    install_seconds: float
    rest_seconds: float
    decisions: int
    findings: str


def build_wheel(folder: Path) -> Path:
    """The wheel of this repository."""
    run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)], folder)
    (wheel,) = folder.glob("stage3c-*.whl")
    return wheel


def run(line: list[str], folder: Path, given: str = "", *, fails: bool = False) -> "subprocess.CompletedProcess[str]":
    """A command as a user types it: without this interpreter's settings."""
    own = {name: text for name, text in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(line, cwd=folder, input=given, env=own, capture_output=True, text=True, check=False)
    assert fails or done.returncode == 0, (line, done.stdout, done.stderr)
    return done


def decisions_of(asked: str) -> int:
    """How many questions were asked: each ends with its default in brackets and a colon."""
    return asked.count("]:")


def started(command: str, folder: Path) -> tuple[int, str]:
    """Start a project with all defaults and check it: the number of questions, and what `validate` says."""
    asked = run([command, "init", "--name", "shop"], folder, given="\n" * 20)
    checked = run([command, "validate", "stage3c.yaml"], folder, fails=True)
    return decisions_of(asked.stderr), checked.stderr.strip()


def hour(kind: str, wheel: Path, folder: Path) -> Hour:
    """One kind of project, from a fresh virtual environment on."""
    for name, text in KINDS[kind].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    began = time.monotonic()
    run([sys.executable, "-m", "venv", ".venv"], folder)
    run([".venv/bin/pip", "install", "-q", str(wheel)], folder)
    installed = time.monotonic()
    decisions, findings = started(str(folder / ".venv/bin/stage3c"), folder)
    return Hour(kind, installed - began, time.monotonic() - installed, decisions, findings)


def main() -> None:
    """Print the table."""
    print(
        "| project | venv and pip install | init and validate | decisions | validate says |\n| --- | --- | --- | --- | --- |"
    )
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(Path(folder))
        for number, kind in enumerate(KINDS):
            place = Path(folder) / str(number)
            place.mkdir()
            each = hour(kind, wheel, place)
            print(
                f"| {each.kind} | {each.install_seconds:.0f} s | {each.rest_seconds:.1f} s | {each.decisions} | {each.findings} |"
            )


if __name__ == "__main__":
    main()
