"""What all tests share: the option that renews goldens, and quiet colours."""

import os
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from stage3c.rules import asking
from stage3c.rules.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
SPECS = sorted((ROOT / "specs").glob("*.yaml"))


# Machines that do other things are slow, which is no fault of a test.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("busy"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") or os.environ.get("STAGE3C_REQUIRE_TERRAFORM") else "busy")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew; read the diff afterwards"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Let one worker more than there are processors run tests: some of them wait minutes for the provider."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


def _raised(_: Rule, error: Exception) -> NoReturn:
    raise error


@pytest.fixture(autouse=True, scope="session")
def _a_rule_that_raises_fails_the_test() -> None:
    """Users are told of it as an internal error; here it must not go by."""
    asking.failure = _raised  # type: ignore[assignment] # it never returns
