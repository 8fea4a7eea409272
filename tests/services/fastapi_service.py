"""The FastAPI service as a process: started with an environment, asked, read, and stopped by its own id."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from tests.conftest import ROOT
from tests.services.postgres import Login, PostgreSQL, free_port
from tests.services.secrets_manager import ARN, SecretsManager

FOLDER: Final = ROOT / "services" / "fastapi"
START_MAX_SECONDS: Final = 30


def given(postgres: PostgreSQL, login: Login, secrets: SecretsManager) -> dict[str, str]:
    """The variables that ECS would give it, and what a test needs beside them."""
    return {
        "DB_HOST": "localhost",
        "DB_PORT": str(postgres.port),
        "DB_NAME": login.database,
        "DB_USERNAME": login.username,
        "DB_PASSWORD": login.password,
        "DB_SECRET_ARN": ARN,
        "DB_SSLROOTCERT": str(postgres.certificates.authority),
        **secrets.environment,
    }


class Service:
    """A running service."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.process = process
        self._output = output

    def get(self, path: str, **headers: str) -> httpx.Response:
        """One answer, on a connection of its own."""
        return httpx.get(self.url + path, headers=headers, timeout=20, trust_env=False)

    def output(self) -> str:
        """All that it has written."""
        return self._output.read_text(encoding="utf-8")

    def logs(self) -> list[dict[str, Any]]:
        """Its log; every line must be a JSON object."""
        return [json.loads(line) for line in self.output().splitlines()]

    def wait_until(self, question: Callable[[], bool], seconds: float = START_MAX_SECONDS) -> float:
        """Ask again and again, and tell how long it took."""
        begun = time.monotonic()
        while not question():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() - begun < seconds, self.output()[-3000:]
            time.sleep(0.02)
        return time.monotonic() - begun

    def is_ready(self) -> bool:
        return self.get("/ready").status_code == 200

    def stop(self) -> int:
        """End it as ECS does, and give its exit code."""
        self.process.terminate()
        return self.process.wait(25)

    def _is_alive(self) -> bool:
        try:
            return self.get("/health").status_code == 200
        except httpx.ConnectError:
            return False


@contextmanager
def fastapi(
    environment: dict[str, str], folder: Path, *, ready: bool = True, inside: Sequence[str] = ()
) -> Iterator[Service]:
    """A service that is gone afterwards; waits until it is alive, and until it is ready unless told otherwise.

    `inside` is a command that it is started by.
    """
    port = free_port()
    output = folder / f"fastapi-{port}.log"
    with output.open("wb") as file:
        process = start({**environment, "HOST": "127.0.0.1", "PORT": str(port)}, file.fileno(), inside=inside)
    service = Service(port, process, output)
    try:
        service.wait_until(service._is_alive)  # noqa: SLF001 - its own kind
        if ready:
            service.wait_until(service.is_ready)
        yield service
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def start(
    environment: dict[str, str], output: int, *words: str, inside: Sequence[str] = ()
) -> "subprocess.Popen[bytes]":
    """Start the service, or another command of it, with this environment and no other but PATH."""
    everything = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1,localhost", **environment}
    command = [*inside, sys.executable, "-m", *(words or ["app"])]
    return subprocess.Popen(command, cwd=FOLDER, env=everything, stdout=output, stderr=subprocess.STDOUT)
