"""What the tests of accounts share: one emulator a module, clean for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts import aws, emulated
from tests.emulator import Emulator
from tests.live.looking import SPEC, Looking, written
from tests.name_server import name_server

__all__ = ("account", "aws", "emulated", "spec")


@pytest.fixture
def account(aws: Emulator) -> Iterator[Looking]:
    """The same with a DNS beside it."""
    with name_server() as dns:
        yield Looking(aws, dns)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """The reference spec, with a secret that exists already."""
    return written(tmp_path, SPEC)
