"""`stage3c build` refuses a loss and writes nothing; `--check --against` judges a change that is committed already."""

import subprocess
from pathlib import Path

import pytest

from tests.change.test_cases import case
from tests.command import run_inside


def git(*words: str) -> None:
    author = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *author, *words], check=True, capture_output=True)


def test_a_loss_is_refused_and_then_found_in_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec, output = Path("spec.yaml"), Path("generated/spec/main.tf.json")
    spec.write_text(case("database-replaced", "before.yaml"), encoding="utf-8")
    assert run_inside("build", spec).returncode == 0
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    first = output.read_bytes()
    spec.write_text(case("database-replaced", "after.yaml"), encoding="utf-8")
    refused = run_inside("build", spec)
    assert (refused.returncode, output.read_bytes()) == (1, first)
    assert "STA112" in refused.stdout
    output.unlink()
    assert run_inside("build", spec).returncode == 0
    assert run_inside("build", spec, "--check").returncode == 0
    found = run_inside("build", spec, "--check", "--against", "HEAD")
    assert found.returncode == 1
    assert "STA112" in found.stdout
    for wrong in ("nowhere", "--output=x"):
        assert run_inside("build", spec, "--check", f"--against={wrong}").returncode == 2
    assert run_inside("build", spec, "--against", "HEAD").returncode == 2
