"""Headless Chromium: a page as it is after its scripts have run, and a picture of it."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

PROGRAM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REQUIRED: Final = os.environ.get("STAGE3C_REQUIRE_CHROMIUM") == "1"
NEEDED: Final = pytest.mark.skipif(
    PROGRAM is None and not REQUIRED, reason="chromium is not installed: apt-get install chromium"
)
FLAGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-proxy-server",
    "--virtual-time-budget=4000",
]
RUN_MAX_SECONDS: Final = 90


def document(url: str, profile: Path) -> str:
    """The document after its scripts have run for a while."""
    return _run(["--dump-dom", url], profile)


def screenshot(url: str, picture: Path, profile: Path, *, width: int, height: int, dark: bool = False) -> None:
    """A picture of the page, as PNG."""
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    _run([*scheme, f"--window-size={width},{height}", f"--screenshot={picture}", url], profile)


def _run(words: list[str], profile: Path) -> str:
    assert PROGRAM is not None, "chromium is required here and not installed"
    command = [PROGRAM, *FLAGS, f"--user-data-dir={profile}", *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=RUN_MAX_SECONDS)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
