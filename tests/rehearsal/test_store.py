"""The bootstrap stack goes on while the stack is applied, and fails whoever waits for it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from stage3c.live.account import Account
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.processes import processes
from stage3c.rehearsal.store import Store
from stage3c.resources.state_store import StateStore

STORE = StateStore("states", "us-east-1", None, ("locks",), lock_files=False)
PROGRAM = """#!/bin/sh
echo "$1" >>{folder}/calls
case "$1" in
apply)
    {apply}
    ;;
esac
"""
UNTIL_ALLOWED = "while [ ! -e {folder}/allowed ]; do sleep 0.05; done"


class Answers:
    """An account in which the bucket and then the table appear, one look after another."""

    def __init__(self, *, appears: bool = True) -> None:
        self._told = self._looks() if appears else iter(lambda: None, 0)

    @staticmethod
    def _looks() -> Iterator[Any]:
        active, creating = ({"Table": {"TableStatus": status}} for status in ("ACTIVE", "CREATING"))
        yield from (None, None, {}, active, {"Status": "Enabled"}, None, {"Status": "Enabled"}, creating)
        while True:
            yield from ({"Status": "Enabled"}, active)

    def maybe(self, *_: str, **__: str) -> Any:
        return next(self._told)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
    return tmp_path


def terraform(folder: Path, apply: str) -> None:
    program = folder / "terraform"
    program.write_text(PROGRAM.format(folder=folder, apply=apply.format(folder=folder)))
    program.chmod(0o755)


def test_others_begin_when_bucket_and_table_are_there_and_the_state_moves_at_the_end(folder: Path) -> None:
    terraform(folder, UNTIL_ALLOWED)
    with processes(folder / "logs") as running:
        store = Store(running, STORE, "http://127.0.0.1:1")
        store.begin(cast("Account", Answers()))
        assert not (store.terraform.folder / "backend.tf.json").exists()
        (folder / "allowed").touch()
        store.finish()
        assert (store.terraform.folder / "backend.tf.json").exists()
        assert (folder / "calls").read_text().split() == ["init", "apply", "init"]
        store.move_back()
        assert not (store.terraform.folder / "backend.tf.json").exists()


def test_an_apply_that_fails_at_once_fails_the_step(folder: Path) -> None:
    terraform(folder, "echo 'Error: no such region' >&2; exit 1")
    with processes(folder / "logs") as running:
        store = Store(running, STORE, "http://127.0.0.1:1")
        with pytest.raises(Failed, match="terraform apply fails: no such region"):
            store.begin(cast("Account", Answers(appears=False)))


def test_an_apply_that_fails_later_fails_who_waits_for_it(folder: Path) -> None:
    terraform(folder, UNTIL_ALLOWED + "; echo 'Error: lifecycle rules' >&2; exit 1")
    with processes(folder / "logs") as running:
        store = Store(running, STORE, "http://127.0.0.1:1")
        store.begin(cast("Account", Answers()))
        (folder / "allowed").touch()
        with pytest.raises(Failed, match="terraform apply fails: lifecycle rules"):
            store.finish()


def test_a_rehearsal_that_ends_meanwhile_ends_it_too(folder: Path) -> None:
    terraform(folder, UNTIL_ALLOWED)
    with processes(folder / "logs") as running:
        store = Store(running, STORE, "http://127.0.0.1:1")
        store.begin(cast("Account", Answers()))
    with pytest.raises(Failed, match="terraform apply"):
        store.finish()
