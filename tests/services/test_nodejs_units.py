"""The tests that live beside the front end, run by Node.js's own runner."""

import subprocess
from pathlib import Path

import pytest

from tests.services.nodejs_service import NODE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("nodejs")]


def test_the_tests_beside_the_service_pass(nodejs_home: Path) -> None:
    done = subprocess.run([NODE, "--test"], cwd=nodejs_home, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "# pass 0" not in done.stdout
    assert "fail 0" in done.stdout
