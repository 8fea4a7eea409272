"""What the tests of accounts share: one emulator a module, clean for each test."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import Emulator, emulator
from tests.live.looking import SPEC, Looking, written
from tests.name_server import name_server


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulator]:
    with emulator() as started:
        yield started


@pytest.fixture
def account(emulated: Emulator) -> Iterator[Looking]:
    """A clean account."""
    request = urllib.request.Request(f"{emulated.url}/moto-api/reset", method="POST")  # noqa: S310 - loopback
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - likewise
    with name_server() as dns:
        yield Looking(emulated, dns)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """The reference spec, with a secret that exists already."""
    return written(tmp_path, SPEC)
