"""`services/pins.py` where no registry answers as it should: nothing is written, and one line says why."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCKERFILE = "ARG PYTHON=python:3.11-slim\nFROM ${PYTHON}\n"


class Registry(BaseHTTPRequestHandler):
    """Answers by the status that is the first part of the path of an image."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.split("/")[1]))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def registry() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def pinned(folder: Path, registry: str) -> "subprocess.CompletedProcess[str]":
    (folder / "Dockerfile").write_text(DOCKERFILE)
    command = [sys.executable, str(ROOT / "services" / "pins.py"), "--registry", registry, str(folder / "Dockerfile")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (401, "the registry does not say how to log in"),
        (404, "404 Not Found"),
        (500, "500 Internal Server Error"),
        (200, "is no image"),
    ],
)
def test_an_answer_that_is_no_image_changes_nothing(status: int, why: str, registry: str, tmp_path: Path) -> None:
    done = pinned(tmp_path, f"{registry}/{status}")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert why in done.stderr
    assert (tmp_path / "Dockerfile").read_text() == DOCKERFILE


def test_a_registry_that_does_not_answer_changes_nothing(tmp_path: Path) -> None:
    done = pinned(tmp_path, "http://127.0.0.1:9")
    assert (done.returncode, done.stderr.startswith("nothing was written: ")) == (1, True)
    assert (tmp_path / "Dockerfile").read_text() == DOCKERFILE
