"""The folder of states and plans: private, removed, and after a kill removed by the next run."""

import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from stage3c.delivery.private import private_folder

KILLED = """\
import os, signal
from stage3c.delivery.private import private_folder
with private_folder() as folder:
    (folder / "terraform.tfstate").write_text("secret")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_it_is_private_and_goes_at_the_end(place: Path) -> None:
    with private_folder() as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(place.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(place: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED], check=False)
    assert done.returncode == -signal.SIGKILL
    assert [path.read_text() for path in place.glob("*/terraform.tfstate")] == ["secret"]
    with private_folder():
        assert list(place.glob("*/terraform.tfstate")) == []


def test_what_is_in_use_or_somebody_elses_stays(place: Path) -> None:
    other = place / "stage3c-private-mybackup"
    other.mkdir()
    (other / "kept").touch()
    with private_folder() as first:
        (first / "plan").touch()
        with private_folder() as second:
            assert first != second
            assert (first / "plan").exists()
    assert (other / "kept").exists()
