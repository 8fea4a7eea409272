"""What the tests of accounts share: one emulator a module, clean for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import MAKE_BELIEVE, Emulator, emulator
from tests.live.looking import SPEC, Looking, written
from tests.name_server import name_server


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


@pytest.fixture
def account(aws: Emulator) -> Iterator[Looking]:
    """The same with a DNS beside it."""
    with name_server() as dns:
        yield Looking(aws, dns)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """The reference spec, with a secret that exists already."""
    return written(tmp_path, SPEC)
