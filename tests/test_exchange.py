"""A stack's folder holds the files of one build, whoever is killed and whoever builds at the same time."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from stage3c.output import exchange, files

NAMES = ("main.tf.json", "README.md", "stack.tftest.hcl")
KILLS, RACES = int(os.environ.get("STAGE3C_KILLS", "120")), int(os.environ.get("STAGE3C_RACES", "80"))


def build(out: Path, version: str, *stacks: str) -> None:
    files.write_all({out / stack / name: f"{version} of {name}\n" for stack in stacks for name in NAMES})


def versions(folder: Path) -> set[str]:
    return {(folder / name).read_text().partition(" ")[0] for name in NAMES}


def child(work: Callable[[], None]) -> int:
    """A process of its own that ends with the work; the id."""
    number = os.fork()
    if number == 0:
        try:
            work()
        finally:
            os._exit(0)
    return number


def build_for_ever(out: Path) -> None:
    for number in range(100_000):
        build(out, str(number), "shop", "blog")


@pytest.mark.slow
def test_a_killed_build_leaves_one_version_and_all_that_is_not_ours(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - a test
    build(tmp_path, "first", "shop", "blog")
    (tmp_path / "shop" / ".terraform").mkdir()
    (tmp_path / "shop" / ".terraform" / "provider").write_text("kept")
    (tmp_path / "shop" / "terraform.tfstate").write_text("kept too")
    for _ in range(KILLS):
        process = child(lambda: build_for_ever(tmp_path))
        time.sleep(chance.random() * 0.03)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        for stack in ("shop", "blog"):
            assert len(versions(tmp_path / stack)) == 1
        assert (tmp_path / "shop" / "terraform.tfstate").read_text() == "kept too"
    build(tmp_path, "last", "shop", "blog")
    assert (tmp_path / "shop" / ".terraform" / "provider").read_text() == "kept"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["blog", "shop"]
    assert versions(tmp_path / "shop") == versions(tmp_path / "blog") == {"last"}


@pytest.mark.slow
def test_builds_at_the_same_time_do_not_mix(tmp_path: Path) -> None:
    build(tmp_path, "first", "shop", "blog")
    (tmp_path / "shop" / ".terraform").mkdir()
    for number in range(RACES):
        racers = [
            child(lambda version=f"{number}-{racer}": build(tmp_path, version, "shop", "blog"))  # type: ignore[misc] # bound now
            for racer in range(3)
        ]
        for racer in racers:
            os.waitpid(racer, 0)
        assert len(versions(tmp_path / "shop") | versions(tmp_path / "blog")) == 1
        assert (tmp_path / "shop" / ".terraform").is_dir()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["blog", "shop"]


def test_what_does_not_change_stays_as_it_is(tmp_path: Path) -> None:
    build(tmp_path, "one", "shop")
    folder, written = (tmp_path / "shop").stat().st_ino, (tmp_path / "shop" / "README.md").stat().st_ino
    build(tmp_path, "one", "shop")
    files.write_all({tmp_path / "shop" / name: f"{'two' if name == NAMES[0] else 'one'} of {name}\n" for name in NAMES})
    assert (tmp_path / "shop").stat().st_ino == folder
    assert (tmp_path / "shop" / "README.md").stat().st_ino == written
    assert (tmp_path / "shop" / NAMES[0]).read_text().startswith("two")


@pytest.mark.parametrize("missing", ["can_swap", "swap"])
def test_where_folders_cannot_change_places_the_files_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    build(tmp_path, "one", "shop")
    (tmp_path / "shop" / ".terraform").mkdir()
    monkeypatch.setattr(exchange, missing, lambda *_: False)
    build(tmp_path, "two", "shop")
    assert versions(tmp_path / "shop") == {"two"}
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["shop"]
    assert (tmp_path / "shop" / ".terraform").is_dir()


def test_a_folder_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "shop").symlink_to(tmp_path / "real")
    build(tmp_path, "one", "shop")
    build(tmp_path, "two", "shop")
    assert (tmp_path / "shop").is_symlink()
    assert versions(tmp_path / "real") == {"two"}


def test_a_folder_of_the_users_is_moved_and_never_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, "one", "shop")
    (tmp_path / "shop" / "modules").mkdir()
    (tmp_path / "shop" / "modules" / "mine.tf").write_text("kept")
    build(tmp_path, "two", "shop")
    assert (tmp_path / "shop" / "modules" / "mine.tf").read_text() == "kept"

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refused)
    exchange.swap(exchange.prepare(tmp_path / "shop", NAMES, ".stage3c-99999999-"), tmp_path / "shop", NAMES)
    monkeypatch.undo()
    build(tmp_path, "three", "shop")
    assert (tmp_path / "shop" / "modules" / "mine.tf").read_text() == "kept"
