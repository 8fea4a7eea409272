"""Whatever ends a rehearsal, no process and no temporary folder stays."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.keeper import keep
from stage3c.rehearsal.processes import processes

SLEEPING = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]
PARENT = """
import signal, sys, time
from pathlib import Path
from stage3c.rehearsal.processes import processes
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
with processes(Path(sys.argv[1])) as running:
    command = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]
    process = running.start(command, running.work, {}, "sleep.log")
    print(process.pid, running.work, flush=True)
    time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, folder: Path) -> bool:
    for _ in range(100):
        if not is_running(pid) and not folder.exists():
            return True
        time.sleep(0.1)
    return False


def test_everything_ends_with_the_block_and_the_logs_stay(tmp_path: Path) -> None:
    code = "import time; print('said', flush=True); time.sleep(60)"
    (tmp_path / "logs" / "folder.log").mkdir(parents=True)
    (tmp_path / "logs" / "old.log").touch()
    with processes(tmp_path / "logs") as running:
        process = running.start([*SLEEPING[:-1], code], running.work, {}, "one.log")
        while not (tmp_path / "logs" / "one.log").stat().st_size:
            time.sleep(0.01)
        assert is_running(process.pid)
    assert gone(process.pid, running.work)
    assert (tmp_path / "logs" / "one.log").read_text() == "said\n"
    assert sorted(path.name for path in (tmp_path / "logs").iterdir()) == ["folder.log", "one.log"]


def test_what_a_finished_process_left_in_its_group_is_ended(tmp_path: Path) -> None:
    code = f"import subprocess; print(subprocess.Popen({SLEEPING!r}, stdout=subprocess.DEVNULL).pid, flush=True)"
    with processes(tmp_path) as running:
        process = running.start([*SLEEPING[:-1], code], tmp_path, {}, "x.log", stdout=subprocess.PIPE)
        out, _ = process.communicate()
        left = int(out)
        assert is_running(left)
        running.finished(process)
        assert gone(left, tmp_path / "none")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_rehearsal_that_is_killed_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid, work = parent.stdout.readline().split()
    assert is_running(int(pid))
    parent.send_signal(number)
    parent.wait()
    assert gone(int(pid), Path(work))


def test_the_keeper_goes_on_after_a_group_or_a_line_that_is_not_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_group: int, _number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "killpg", refused)
    folder = tmp_path / "work"
    folder.mkdir()
    keep(['{"group": 1234567}', json.dumps({"folder": str(folder)}), '{"gro'])
    assert not folder.exists()


def test_the_keeper_deletes_a_folder_into_which_something_still_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, delete, late = tmp_path / "work", shutil.rmtree, [tmp_path / "work"]
    folder.mkdir()

    def deleted(path: str, *, ignore_errors: bool) -> None:
        delete(path, ignore_errors=ignore_errors)
        if late:
            late.pop().mkdir()

    monkeypatch.setattr(shutil, "rmtree", deleted)
    keep([json.dumps({"folder": str(folder)})])
    assert not folder.exists()


def test_a_process_that_did_not_read_its_input_stops_nothing_from_ending(tmp_path: Path) -> None:
    with processes(tmp_path) as running:
        still = running.start(SLEEPING, running.work, {}, "x.log")
        deaf = running.start(["true"], tmp_path, {"PATH": os.defpath}, "x.log", stdin=subprocess.PIPE)
        assert deaf.stdin is not None
        deaf.stdin.write("unread")
        deaf.wait()
    assert gone(still.pid, running.work)


def test_nothing_is_started_once_it_ends(tmp_path: Path) -> None:
    with processes(tmp_path) as running:
        pass
    with pytest.raises(Failed, match="has ended"):
        running.start(["touch", str(tmp_path / "started")], tmp_path, {}, "late.log")
    assert not (tmp_path / "started").exists()


def test_the_keeper_spares_what_has_ended() -> None:
    child = subprocess.Popen(SLEEPING, start_new_session=True)
    try:
        keep([f'{{"group": {child.pid}}}', f'{{"ended": {child.pid}}}'])
        assert is_running(child.pid)
        keep([f'{{"group": {child.pid}}}'])
        assert child.wait(10) == -signal.SIGKILL
    finally:
        child.kill()
        child.wait()


def test_temporary_files_of_what_is_started_are_in_the_folder_that_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import tempfile; print(tempfile.gettempdir())"
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")  # noqa: S108 - short, as sockets need it
    with processes(tmp_path) as running:
        running.start([sys.executable, "-I", "-c", code], tmp_path, {}, "where.log").wait()
        assert (tmp_path / "where.log").read_text().strip() == str(running.work)
