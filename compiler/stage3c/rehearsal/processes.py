"""Every process and folder of a rehearsal, which all end with it: in order, and through `keeper.py` if it is killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from stage3c.rehearsal import keeper
from stage3c.rehearsal.failure import Failed

_STOP_MAX_SECONDS: Final = 10
_SOCKET_FOLDER_MAX_CHARS: Final = 80
"""Terraform's plugins have sockets in the temporary folder, which stay if they are killed; their paths have at most 103 bytes."""


class Processes:
    """What runs: each process in a session of its own, so that Ctrl-C reaches this program alone."""

    def __init__(self, logs: Path) -> None:
        """Start the keeper and make the temporary folder `work`; `logs` stays."""
        self.logs = logs
        self._running: list[subprocess.Popen[str]] = []
        self._telling = threading.Lock()
        self._starting = threading.Lock()
        self._is_over = False
        self._keeper = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", "-S", keeper.__file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.work = Path(tempfile.mkdtemp(prefix="stage3c-rehearsal-"))
        self._tell("folder", str(self.work))
        short = len(str(self.work)) <= _SOCKET_FOLDER_MAX_CHARS
        self._temporary = {"TMPDIR": str(self.work)} if short else {}

    def start(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: str, **streams: int
    ) -> "subprocess.Popen[str]":
        """Start a command; what it prints is appended to the log, except streams that are given."""
        with self._starting:  # databases are prepared in another thread, which may go on when this one ends everything
            if self._is_over:
                raise Failed(f"{command[0]} is not started, since the rehearsal has ended.", "rehearse again.")
            return self._started(command, folder, environment, log, streams)

    def _started(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: str, streams: Mapping[str, int]
    ) -> "subprocess.Popen[str]":
        with (self.logs / log).open("a", encoding="utf-8") as output:
            given: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, **streams}
            process = subprocess.Popen(  # noqa: S603 - commands of the rehearsal
                [*command],
                cwd=folder,
                env={**environment, **self._temporary},
                text=True,
                start_new_session=True,
                **given,
            )
        self._running.append(process)
        self._tell("group", process.pid)
        return process

    def finished(self, process: "subprocess.Popen[str]") -> None:
        """Forget a process; what still runs of it or of its group is killed."""
        with self._starting:  # it may be ended here while another thread waits for it
            if process not in self._running:
                return
            self._running.remove(process)
        _kill(process.pid)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):  # what was not yet written to it
                    stream.close()
        self._tell("ended", process.pid)

    def stop(self, process: "subprocess.Popen[str]") -> None:
        """End one process: SIGTERM, and SIGKILL after ten seconds."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_MAX_SECONDS)
        self.finished(process)

    def end(self) -> None:
        """End everything, last started first, and delete the temporary folder."""
        with self._starting:
            self._is_over = True
        assert self._keeper.stdin is not None
        try:
            for process in reversed(self._running[:]):
                self.stop(process)
            shutil.rmtree(self.work, ignore_errors=True)
        finally:  # the keeper ends what is left
            with suppress(BrokenPipeError):
                self._keeper.stdin.close()
            self._keeper.wait()

    def _tell(self, what: str, value: str | int) -> None:
        assert self._keeper.stdin is not None
        with self._telling:  # tasks start and end in several threads
            self._keeper.stdin.write(json.dumps({what: value}) + "\n")
            self._keeper.stdin.flush()


def free_port() -> int:
    """A loopback port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _kill(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


@contextmanager
def processes(logs: Path) -> Iterator[Processes]:
    """Everything that is started inside ends with the block, whatever ends it; a second Ctrl-C does not interrupt that."""
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.glob("*.log"):
        if not old.is_dir():
            old.unlink()
    running = Processes(logs)
    elsewhere = tempfile.tempdir
    tempfile.tempdir = str(running.work)  # what CDKTF's Node.js unpacks is deleted as well
    try:
        yield running
    finally:
        tempfile.tempdir = elsewhere
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            running.end()
        finally:
            signal.signal(signal.SIGINT, before)
