"""An emulated account for the tests of what is deployed: one a module, clean for each test."""

from collections.abc import Iterator

import pytest

from tests.delivery.deployed import Deployed
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


@pytest.fixture
def deployed(aws: Emulator) -> Deployed:
    """The same with the services of the reference stack."""
    made = Deployed(aws)
    made.make()
    return made
