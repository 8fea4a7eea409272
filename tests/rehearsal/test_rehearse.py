"""The command: what it needs, and the reference stack from nothing to nothing with the real Terraform."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from stage3c.cli.rehearse import Until
from stage3c.pipeline import compile_spec
from stage3c.rehearsal.processes import processes
from stage3c.rehearsal.rehearsal import Rehearsal

from tests import terraform
from tests.conftest import ROOT
from tests.test_cli import EXAMPLE, stage3c

REFERENCE = ROOT / "specs" / "stage3v3.yaml"
CANARY = "CANARYOFTHEUSER"


def rehearse(folder: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "stage3c", "rehearse", str(REFERENCE), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=with_canaries(folder), cwd=folder)


def leftovers(folder: Path) -> list[Path]:
    """Temporary folders that are still there."""
    return list((folder / "temporary").iterdir())


def with_canaries(home: Path) -> dict[str, str]:
    """The user's credentials in every place where AWS's tools look for them."""
    (home / ".aws").mkdir()
    profile = f"[default]\naws_access_key_id = {CANARY}\naws_secret_access_key = {CANARY}\n"
    (home / ".aws" / "credentials").write_text(profile)
    (home / ".aws" / "config").write_text(f"[profile {CANARY}]\nregion = {CANARY}\n")
    for name in ("credentials", "config"):
        (home / ".aws" / name).chmod(0)
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "TF_VAR_password")
    (home / "temporary").mkdir()
    own = {"HOME": str(home), "TMPDIR": str(home / "temporary"), "PYTHONPATH": str(ROOT / "compiler")}
    return {**terraform.environment(), **own, **dict.fromkeys(names, CANARY)}


def test_the_options_name_every_step_in_order(tmp_path: Path) -> None:
    (build,) = compile_spec(REFERENCE.read_bytes(), str(REFERENCE)).builds
    with processes(tmp_path) as running:
        assert [step.name for step in Rehearsal(build, running).steps] == [each.value for each in Until]


def test_a_spec_with_errors_is_not_rehearsed(tmp_path: Path) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(EXAMPLE.replace("stage3c: 1", "stage3c: 9"))
    done = stage3c("rehearse", spec, "--logs", tmp_path / "logs")
    assert done.returncode == 1
    assert not (tmp_path / "logs").exists()


def test_without_terraform_it_says_so(tmp_path: Path) -> None:
    done = stage3c("rehearse", REFERENCE, "--logs", tmp_path, PATH=str(tmp_path))
    assert done.returncode == 3
    assert "terraform is not on the PATH" in done.stderr


@pytest.mark.parametrize(
    "url", ["https://ec2.us-east-1.amazonaws.com", "http://192.0.2.1:4566", "127.0.0.1", "ftp://[::1]", "http://["]
)
def test_another_emulator_is_on_this_machine(tmp_path: Path, url: str) -> None:
    terraform.needs_terraform()
    done = stage3c("rehearse", REFERENCE, "--endpoint-url", url, "--logs", tmp_path)
    assert (done.returncode, "loopback" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_logs_in_what_is_no_folder_are_a_mistake_of_the_user(tmp_path: Path) -> None:
    terraform.needs_terraform()
    file = tmp_path / "file"
    file.touch()
    done = stage3c("rehearse", REFERENCE, "--until", "build", "--logs", file)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the folder of the logs cannot be made: not a directory: " in done.stderr


@pytest.mark.slow
def test_it_can_end_after_a_step_in_three_formats(tmp_path: Path) -> None:
    terraform.needs_terraform()
    junit = tmp_path / "junit.xml"
    done = rehearse(tmp_path, "--until", "emulator", "--logs", tmp_path, "--junit", junit, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [step["outcome"] for step in found["steps"]] == ["ok"] * 3 + ["skipped"] * 11
    assert ET.parse(junit).getroot().get("skipped") == "11"  # noqa: S314 - our own file
    assert (tmp_path / "stage3v3" / "emulator.log").is_file()
    assert leftovers(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_kept_account_ends_with_its_command(tmp_path: Path, number: signal.Signals) -> None:
    terraform.needs_terraform()
    command = [sys.executable, "-m", "stage3c", "rehearse", str(REFERENCE), "--keep", "--until", "emulator"]
    kept = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=with_canaries(tmp_path), cwd=tmp_path
    )
    assert kept.stderr is not None
    with kept.stderr:
        line = next(line for line in kept.stderr if line.startswith("export AWS_ENDPOINT_URL="))
        port = int(line.partition("http://127.0.0.1:")[2])
        kept.send_signal(number)
        kept.wait(30)
    end = time.monotonic() + 20
    while time.monotonic() < end and (leftovers(tmp_path) or is_open(port)):
        time.sleep(0.1)
    assert leftovers(tmp_path) == []
    assert not is_open(port)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def require_changes(notes: dict[str, list[str]]) -> None:
    """Each service was changed under traffic, and said how many requests there were."""
    name, none_failed = r"agentic-aws-stage3v3-(fastapi|nodejs)", r"[1-9][0-9]* requests, none failed"
    said = {
        "scale": rf"{name}: 2 to 3 tasks and back, {none_failed}",
        "rollout": rf"{name}: 2 tasks replaced, {none_failed}",
        "rollback": rf"{name}: [1-9][0-9]* tasks failed, rolled back to {name}:1, {none_failed}",
    }
    for step, pattern in said.items():
        assert [note.partition(":")[0][-7:] for note in notes[step]] == ["fastapi", "-nodejs"]
        assert all(re.fullmatch(pattern, note) for note in notes[step])
    rotated, kept, again = notes["rotation"]
    assert re.fullmatch(rf"database agentic-aws-stage3v3-main: new password in its secret, {none_failed}", rotated)
    assert kept == "agentic-aws-stage3v3-fastapi: the same tasks"
    assert again.endswith("all sessions ended and begun again, 4 targets are healthy; " + notes["checks"][1])


@pytest.mark.slow
def test_the_reference_stack_is_rehearsed_from_nothing_to_nothing(tmp_path: Path) -> None:
    terraform.needs_terraform()
    done = rehearse(tmp_path, "--logs", "logs", "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    notes = {step["name"]: step["notes"] for step in found["steps"]}
    assert {step["outcome"] for step in found["steps"]} == {"ok"}
    assert notes["plan"] == ["no changes"]
    started = ["fastapi starts with 6 variables", "nodejs starts with 1 variable"]
    assert [note.partition(": container ")[2] for note in notes["tasks"]] == started
    assert "lifted aws_db_instance.main: deletion_protection" in notes["destroy"]
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in (tmp_path / "logs").rglob("*.log")]
    names = {path.name.rpartition("-")[0] for path in (tmp_path / "logs").rglob("agentic-aws-*.log")}
    assert names == {f"agentic-aws-stage3v3-{name}-{name}" for name in ("fastapi", "migrate", "nodejs")}
    assert "database agentic-aws-stage3v3-main: a real PostgreSQL" in notes["services"][0]
    assert notes["services"][1].startswith("job migrate: exit code 0 after ")
    healthy = [note.partition(" (")[0] for note in notes["services"][2:]]
    assert healthy == [f"agentic-aws-stage3v3-{name}: 2 tasks are healthy" for name in ("fastapi", "nodejs")]
    assert notes["checks"] == ["4 targets are healthy", "9 checks pass at https://stage3v3.a-g-e-n-t-i-c.com"]
    require_changes(notes)
    assert not any(CANARY in text for text in (*logs, done.stdout, done.stderr))
    assert leftovers(tmp_path) == []
