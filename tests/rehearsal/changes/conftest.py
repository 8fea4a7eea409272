"""The emulated account of the tests of changes."""

from collections.abc import Iterator

import pytest

from tests.emulator import Emulator, emulator


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with emulator() as started:
        yield started
