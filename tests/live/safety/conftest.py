"""The emulated account in this process, once a session, and clean for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.safety.account import World, in_process


@pytest.fixture(scope="module")
def _mocked() -> Iterator[World]:
    with in_process() as world:
        yield world


@pytest.fixture
def world(_mocked: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """A clean account, and a working directory in which cleanup may write its records."""
    monkeypatch.chdir(tmp_path)
    _mocked.reset()
    return _mocked
