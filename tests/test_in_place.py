"""Files that are changed in place: all of them or none, and never over what somebody wrote meanwhile."""

import os
from pathlib import Path

import pytest
from stage3c.output.files import FileError
from stage3c.output.in_place import replace_all


def test_one_that_changed_meanwhile_keeps_all_as_they_are(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("a")
    second.write_text("newer")
    with pytest.raises(FileError, match=r"b\.yaml changed meanwhile"):
        replace_all({first: (b"a", "A"), second: (b"b", "B")})
    assert (first.read_text(), second.read_text()) == ("a", "newer")
    replace_all({first: (b"a", "A"), second: (b"newer", "B")})
    assert (first.read_text(), second.read_text()) == ("A", "B")


def test_of_a_link_the_file_that_it_leads_to_is_written_with_its_permissions(tmp_path: Path) -> None:
    real, link = tmp_path / "real" / "a.yaml", tmp_path / "a.yaml"
    real.parent.mkdir()
    real.write_text("a")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_all({link: (b"a", "A")})
    assert link.is_symlink()
    assert real.read_text() == "A"
    assert real.stat().st_mode & 0o777 == 0o640


def test_what_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a")
    may = os.access  # the tests may run as root, who may write anything
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and may(path, mode))
    with pytest.raises(FileError, match="is not writable"):
        replace_all({path: (b"a", "A")})


def test_what_is_gone_by_then_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        replace_all({tmp_path / "a.yaml": (b"a", "A")})
    assert not list(tmp_path.iterdir())
