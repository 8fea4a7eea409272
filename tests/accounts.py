"""An emulated account for a folder of tests, whose `conftest.py` imports these fixtures: one a module, clean for each test."""

from collections.abc import Iterator

import pytest

from tests.emulator import MAKE_BELIEVE, Emulator, emulator


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulator]:
    with emulator() as started:
        yield started


@pytest.fixture
def aws(emulated: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """A clean account, and the credentials of its administrator."""
    for name, value in MAKE_BELIEVE.items():
        monkeypatch.setenv(name, value)
    emulated.reset()
    return emulated
