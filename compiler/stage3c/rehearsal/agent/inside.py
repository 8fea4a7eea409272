"""One task from the inside: run as `python -I -S inside.py`, in namespaces of its own, and told what to do by its parent.

Standard input is a Unix socket of the kind SOCK_SEQPACKET: each message is a JSON object, and each has one answer. When the
other side is gone, everything that was started here ends. Needs nothing but the standard library, since it runs isolated.
"""

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

MESSAGE_MAX_BYTES = 1 << 20
DESCRIPTORS_MAX = 100
_LINES_MAX = 3
_KINDS_OF_LINK = ("dummy", "bridge", "veth")
"""Of these, one without a peer swallows what is sent to it; kernels have one or the other."""

Json = dict[str, Any]


class Task:
    """The processes of one task, and the ways in."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def network(self, told: Json) -> Json:
        """Give this namespace its addresses and its own files of names."""
        lines = ["link set lo up", *(f"addr add {each}/32 dev lo" for each in told["addresses"])]
        _must(_ip(lines))
        _must(["mount", "--make-rprivate", "/"])
        for source, target in told["files"].items():
            _must(["mount", "--bind", source, target])
        for kind in _KINDS_OF_LINK:
            if _try(_ip([f"link add out type {kind}", *_DEFAULT])):
                break
        return {}

    def listen(self, told: Json) -> tuple[Json, list[int]]:
        """Listen for calls that leave; the parent answers them."""
        opened = [socket.create_server((ip, port), reuse_port=True) for ip, port in told["places"]]
        return {}, [each.detach() for each in opened]

    def forward(self, told: Json, descriptors: list[int]) -> Json:
        """Take calls from outside to ports of this task."""
        for descriptor, place in zip(descriptors, told["places"], strict=True):
            listener = socket.socket(fileno=descriptor)
            serving = forwarded(listener, partial(_fixed, *place))
            asyncio.run_coroutine_threadsafe(serving, self._loop).result()
        return {}

    def start(self, told: Json) -> Json:
        """Start a container's process; what it prints is appended to its log."""
        with Path(told["log"]).open("ab") as log:
            self._running[told["name"]] = subprocess.Popen(  # noqa: S603 - the command of a container
                told["command"],
                cwd=told["folder"],
                env=told["environment"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return {}

    def check(self, told: Json) -> Json:
        """Run a health check to its end; the code is None if it did not end in time."""
        try:
            done = subprocess.run(  # noqa: S603 - likewise
                told["command"],
                cwd=told["folder"],
                env=told["environment"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=told["seconds"],
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"code": None, "said": "no answer in time"}
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip().splitlines()[-_LINES_MAX:]
        return {"code": done.returncode, "said": " ".join(said)}

    def look(self, _told: Json) -> Json:
        """Which containers have ended, each with its exit code."""
        ended = {name: process.poll() for name, process in self._running.items()}
        return {"ended": {name: _as_container(code) for name, code in ended.items() if code is not None}}

    def stop(self, told: Json) -> Json:
        """SIGTERM to each container, and SIGKILL to those that then still run."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(told["seconds"])
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        return self.look(told)

    def end(self) -> None:
        """Kill what still runs."""
        for process in self._running.values():
            process.kill()


async def forwarded(listener: socket.socket, where: Callable[[], tuple[str, int] | None]) -> asyncio.Server:
    """Join each call to a listener with a new one to the address that is then known; without any it is cut off."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = where()
        try:
            there = await asyncio.open_connection(*place) if place else None
        except OSError:
            there = None
        if there is None:
            writer.transport.abort()
            return
        try:
            await asyncio.gather(_copied(reader, there[1]), _copied(there[0], writer))
        finally:
            for each in (writer, there[1]):
                each.transport.abort()

    return await asyncio.start_server(serve, sock=listener)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy one direction to its end; what fails in one direction ends both."""
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        reader.feed_eof()
        writer.transport.abort()


def _as_container(code: int) -> int:
    """The exit code as container runtimes tell it: 128 and the number of the signal that ended a process."""
    return code if code >= 0 else 128 - code


def _fixed(ip: str, port: int) -> tuple[str, int]:
    return ip, port


_DEFAULT = ("link set out up", "route add default dev out")


def _ip(lines: list[str]) -> list[str]:
    return ["sh", "-ec", "\n".join(f"ip {line}" for line in lines)]


def _try(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0  # noqa: S603


def _must(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise OSError(done.stderr.strip() or f"{command[0]} exits with {done.returncode}")


def main() -> None:
    """Answer until the other side is gone."""
    task, parent = Task(), socket.socket(fileno=sys.stdin.fileno())
    while True:
        message, descriptors, _, _ = socket.recv_fds(parent, MESSAGE_MAX_BYTES, DESCRIPTORS_MAX)
        if not message:
            break
        told = json.loads(message)
        given: list[int] = []
        try:
            match told["do"]:
                case "listen":
                    answer, given = task.listen(told)
                case "forward":
                    answer = task.forward(told, descriptors)
                case does:
                    answer = getattr(task, does)(told)
        except OSError as error:
            answer = {"failed": str(error)}
        socket.send_fds(parent, [json.dumps(answer).encode()], given)
    task.end()


if __name__ == "__main__":
    main()
