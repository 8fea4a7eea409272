"""The emulated account for the tests of what is deployed."""

import pytest

from tests.accounts import aws, emulated
from tests.delivery.deployed import Deployed
from tests.emulator import Emulator

__all__ = ("aws", "deployed", "emulated")


@pytest.fixture
def deployed(aws: Emulator) -> Deployed:
    """An account with the services of the reference stack."""
    made = Deployed(aws)
    made.make()
    return made
