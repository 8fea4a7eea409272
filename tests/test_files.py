import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from stage3c.language.source import MAX_BYTES
from stage3c.output import files


def test_all_files_are_written_with_their_folders(tmp_path: Path) -> None:
    files.write_all({tmp_path / "a" / "x": "1\n", tmp_path / "b" / "y": "é\n"})
    assert (tmp_path / "a" / "x").read_text() == "1\n"
    assert (tmp_path / "b" / "y").read_bytes() == "é\n".encode()


def test_nothing_is_written_when_one_file_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("old")
    (tmp_path / "second").mkdir()
    with pytest.raises(files.FileError, match="second"):
        files.write_all({tmp_path / "first": "new", tmp_path / "second": "new"})
    assert (tmp_path / "first").read_text() == "old"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["first", "second"]


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(files.FileError) as caught:
        files.write_all({tmp_path / "out" / "x": "1"})
    assert "unchanged" in caught.value.fix


def test_what_is_no_plain_file_is_never_replaced(tmp_path: Path) -> None:
    """A pipe, or a device such as /dev/stdout leads to: whoever may write to its folder would lose it."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for place in ("pipe", "link"):
        with pytest.raises(files.FileError, match="not a regular file") as caught:
            files.write_all({tmp_path / place: "new"})
        assert "use another folder" in caught.value.fix
        assert not files.head(tmp_path / place)
    assert (tmp_path / "pipe").is_fifo()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link", "pipe"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x"
    target.write_text("old")
    real = os.fdopen

    def on_a_full_disk(handle: int, *args: object, **options: object) -> object:
        os.dup2(os.open("/dev/full", os.O_WRONLY), handle)
        return real(handle, *args, **options)  # type: ignore[call-overload] # passed on as it came

    monkeypatch.setattr(os, "fdopen", on_a_full_disk)
    with pytest.raises(files.FileError, match="no space left"):
        files.write_all({target: "new"})
    assert target.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def test_the_temporary_files_of_a_process_that_runs_stay_and_those_of_one_that_ended_go(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    running = {f".stage3c-{os.getppid()}-a-x.tmp", ".stage3c-1-a-x.tmp"}
    others = {f".stage3c-{ended.pid}-a-x.tmp.old", f"my.stage3c-{ended.pid}-a-x.tmp", f".stage3c-{ended.pid}.tmp"}
    for name in (*running, *others, f".stage3c-{ended.pid}-a-x.tmp", f".stage3c-{10**30}-a-x.tmp"):
        (tmp_path / name).write_text("half")
    files.write_all({tmp_path / "x": "new"})
    assert {entry.name for entry in tmp_path.iterdir()} == {"x", *running, *others}


def test_a_killed_process_leaves_the_old_file_whole_and_the_next_one_sweeps_up(tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.write_text("old")
    script = f"""
        import os, signal
        from pathlib import Path
        from stage3c.output import files
        os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
        files.write_all({{Path({str(target)!r}): "new"}})
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2
    files.write_all({target: "newer"})
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]
    assert target.read_text() == "newer"


def test_stale_files_are_told_as_a_diff(tmp_path: Path) -> None:
    (tmp_path / "same").write_text("a\n")
    (tmp_path / "old").write_text("a\nb\n")
    wanted = {tmp_path / "same": "a\n", tmp_path / "old": "a\nc\n", tmp_path / "new": "x\n"}
    difference = files.stale(wanted)
    assert "-b\n+c\n" in difference
    assert f"{tmp_path / 'new'} is missing" in difference
    assert "same" not in difference
    assert files.stale({tmp_path / "same": "a\n"}) == ""


@pytest.mark.parametrize("name", ["..yaml", "-x.yaml", "a b.yaml", "$(id).yaml", "ü.yaml", "..", "/"])
def test_a_file_name_that_cannot_name_a_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(files.FileError):
        files.read_spec(tmp_path / name)


def test_what_cannot_be_read_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("a: 1")
    with pytest.raises(files.FileError) as caught:
        files.read_spec(tmp_path / "shpo.yaml")
    assert "shop.yaml" in caught.value.fix
    (tmp_path / "folder").mkdir()
    with pytest.raises(files.FileError, match="is a folder"):
        files.read_spec(tmp_path / "folder")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    with pytest.raises(files.FileError, match="cannot be read"):
        files.read_spec(tmp_path / "loop.yaml")


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "huge.yaml").write_bytes(b"x" * 10_000_000)
    assert len(files.read_spec(tmp_path / "huge.yaml")) == MAX_BYTES + 1
