"""Headless Chromium, spoken to by its debugging pipe: a page as a person has it before them, with its clicks and its pictures."""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

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
    "--remote-debugging-pipe",
]
# It reads from file descriptor 3 and writes to 4.
LAUNCHER: Final = """
import fcntl, os, sys
both = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3]]
for each, wanted in zip(both, (3, 4)):
    os.dup2(each, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""
WAIT_MAX_SECONDS: Final = 60


class Page:
    """One page. Speaks https://chromedevtools.github.io/devtools-protocol/ (read 2026-11-24): JSON, each ended by a zero byte."""

    def __init__(self, to: IO[bytes], back: IO[bytes]) -> None:
        self._to, self._back = to, back
        self._number, self._session = 0, ""
        self.complaints: list[str] = []

    def open(self, url: str, *, width: int, dark: bool) -> None:
        """Show an address at a width, in light or dark."""
        target = self.do("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.do("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.do("Log.enable")
        self.do("Runtime.enable")
        self.resize(width)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.do("Emulation.setEmulatedMedia", features=[scheme])
        self.do("Page.navigate", url=url)
        self.wait_for("location.href !== 'about:blank' && document.readyState === 'complete'")

    def resize(self, width: int) -> None:
        """Be as wide as a screen; a narrow one is a phone's."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.do("Emulation.setDeviceMetricsOverride", **metrics)

    def evaluate(self, script: str) -> Any:
        """What an expression gives."""
        found = self.do("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + WAIT_MAX_SECONDS
        while not self.evaluate(script):
            assert time.monotonic() < end, (script, self.evaluate("document.body?.innerText"))
            time.sleep(0.05)

    def picture(self) -> bytes:
        """The page as PNG."""
        return base64.b64decode(self.do("Page.captureScreenshot", format="png")["data"])

    def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command; what the page complains of meanwhile is kept."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        command |= {"sessionId": self._session} if self._session else {}
        self._to.write(json.dumps(command).encode() + b"\0")
        self._to.flush()
        while True:
            message = self._read()
            if message.get("id") == self._number:
                assert "error" not in message, message
                found: dict[str, Any] = message["result"]
                return found
            if message.get("method") in {"Log.entryAdded", "Runtime.exceptionThrown"}:
                self.complaints.append(json.dumps(message["params"]))

    def _read(self) -> dict[str, Any]:
        parts = []
        while (part := self._back.read(1)) != b"\0":
            assert part, "chromium has ended"
            parts.append(part)
        found: dict[str, Any] = json.loads(b"".join(parts))
        return found


@contextmanager
def page(url: str, profile: Path, *, width: int = 1200, dark: bool = False) -> Iterator[Page]:
    """A page that is gone afterwards, with its browser."""
    assert PROGRAM is not None, "chromium is required here and not installed"
    (its_in, to), (back, its_out) = os.pipe(), os.pipe()
    words = [sys.executable, "-c", LAUNCHER, str(its_in), str(its_out), PROGRAM, *FLAGS, f"--user-data-dir={profile}"]
    with (profile.parent / "chromium.log").open("wb") as log:
        process = subprocess.Popen(words, pass_fds=(its_in, its_out), stdout=log, stderr=log)
    os.close(its_in)
    os.close(its_out)
    with os.fdopen(to, "wb") as writer, os.fdopen(back, "rb") as reader:
        try:
            shown = Page(writer, reader)
            shown.open(url, width=width, dark=dark)
            yield shown
        finally:
            process.terminate()
            process.wait(WAIT_MAX_SECONDS)
