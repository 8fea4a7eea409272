"""A service as a process: started with an environment, asked, read, and stopped by its own id."""

import json
import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from stage3c.rehearsal.processes import free_port

START_MAX_SECONDS: Final = 30
# Every client of httpx would make its own, for plain HTTP too; of hundreds of clients at once that is all that would be measured.
TLS: Final = ssl.create_default_context()


class Service:
    """A running service."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process = process
        self._output = output

    def get(self, path: str, **headers: str) -> httpx.Response:
        """One answer, on a connection of its own."""
        return httpx.get(self.url + path, headers=headers, timeout=20, trust_env=False, verify=TLS)

    def post(self, path: str, **headers: str) -> httpx.Response:
        """One answer to a request that changes something."""
        return httpx.post(self.url + path, headers=headers, timeout=20, trust_env=False, verify=TLS)

    def logged(self, **fields: object) -> dict[str, Any]:
        """The line of the log that has these fields; waits for it, since it may be written after the answer."""

        def found() -> list[dict[str, Any]]:
            return [line for line in self.logs() if line.items() >= fields.items()]

        self.wait_until(lambda: bool(found()))
        return found()[0]

    def output(self) -> str:
        """All that it has written."""
        return self._output.read_text(encoding="utf-8")

    def logs(self) -> list[dict[str, Any]]:
        """Its log; every line must be a JSON object."""
        written = self.output()
        return [json.loads(line) for line in written[: written.rfind("\n") + 1].splitlines()]

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

    def stop_behind_requests(self, number: int, end: signal.Signals = signal.SIGTERM) -> set[int]:
        """Send a signal and requests while the process stands still, and give the answers: it finds all of them at once."""
        address = self.url.removeprefix("http://")
        with ExitStack() as opened:
            connections = [opened.enter_context(closing(HTTPConnection(address, timeout=20))) for _ in range(number)]
            self.process.send_signal(signal.SIGSTOP)
            for connection in connections:
                connection.request("GET", "/health")
            self.process.send_signal(end)
            self.process.send_signal(signal.SIGCONT)
            return {connection.getresponse().status for connection in connections}

    def wait_until_refused(self) -> None:
        """Return as soon as it accepts no new connection."""
        self.wait_until(lambda: not self.is_alive())

    def is_alive(self) -> bool:
        try:
            return self.get("/health").status_code == 200
        except (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError):
            return False  # whoever asks while it closes its socket may be connected first and reset then


def exchange(service: Service, *pieces: bytes) -> tuple[int, dict[str, str], bytes]:
    """What a connection answers to bytes, until it ends."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        received = b""
        for piece in pieces:
            connection.sendall(piece)
        while chunk := connection.recv(65536):
            received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


def read_only_root(folder: Path) -> list[str]:
    """What starts a command where nothing can be written, as in its task; it has tried to write into a folder."""
    script = 'mount --make-rprivate / && mount -o remount,ro,bind / && ! touch "$0" 2>&- && exec "$@"'
    inside = ["unshare", "--mount", "sh", "-c", script, str(folder / "written")]
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespace can be made here: that takes root and a kernel that allows it")
    return inside


@contextmanager
def running(
    command: Sequence[str], home: Path, environment: dict[str, str], logs: Path, port: int = 0
) -> Iterator[Service]:
    """A service started by a command in its home folder, alive, and gone afterwards; on a free port unless told."""
    port = port or free_port()
    output = logs / f"{home.name}-{port}.log"
    with output.open("wb") as file:
        process = start(command, home, {**environment, "HOST": "127.0.0.1", "PORT": str(port)}, file.fileno())
    service = Service(port, process, output)
    try:
        service.wait_until(service.is_alive)
        yield service
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def start(command: Sequence[str], home: Path, environment: dict[str, str], output: int) -> "subprocess.Popen[bytes]":
    """Start a command with this environment and no other but PATH."""
    everything = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1,localhost", **environment}
    return subprocess.Popen(command, cwd=home, env=everything, stdout=output, stderr=subprocess.STDOUT)
