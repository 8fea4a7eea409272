"""Where one task runs: namespaces of its own, so that nothing in it listens on an address of this machine.

Owns the other side of `inside.py`. A task has its address in the VPC on its own loopback interface, and whatever
it calls leaves through a listener in there, which this program answers.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from stage3c.rehearsal.agent import inside
from stage3c.rehearsal.failure import Failed
from stage3c.rehearsal.processes import Processes

_UNSHARE: Final = ("unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child")
_TRIED: Final = "ip link set lo up && mount --bind /etc/hostname /etc/hosts"
_TRY_MAX_SECONDS: Final = 20


@cache
def no_namespaces() -> str:
    """Why this machine does not let this user make them; empty if it does."""
    missing = [each for each in (_UNSHARE[0], "ip", "mount", "sh") if not shutil.which(each)]
    if missing:
        return f"not on the PATH: {', '.join(missing)}"
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            [*_UNSHARE, "sh", "-c", _TRIED],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TRY_MAX_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unshare does not start"
    said = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else (said[-1] if said else f"unshare exits with {done.returncode}")


def has_namespaces() -> bool:
    """Tell whether tasks can run on this machine."""
    return not no_namespaces()


class Room:
    """A running `inside.py`; one question at a time."""

    def __init__(self, running: Processes, log: str) -> None:
        """Start it; what it prints itself goes to the log."""
        self._running = running
        self._asking = threading.Lock()
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = [sys.executable, "-I", "-S", inside.__file__]
        with theirs:
            path = {"PATH": os.environ.get("PATH", os.defpath)}
            self._process = running.start([*_UNSHARE, *program], running.work, path, log, stdin=theirs.fileno())

    def ask(self, do: str, descriptors: Sequence[int] = (), **told: Any) -> tuple[dict[str, Any], list[int]]:  # noqa: ANN401 - JSON
        """Tell it to do something, and return its answer with the listeners that it gives."""
        with self._asking:
            try:
                socket.send_fds(self._ours, [json.dumps({"do": do, **told}).encode()], [*descriptors])
                answer, given, _, _ = socket.recv_fds(self._ours, inside.MESSAGE_MAX_BYTES, inside.DESCRIPTORS_MAX)
            except OSError:
                answer, given = b"", []
            except BaseException:
                self._ours.close()  # its answer would be taken for that to the next question
                raise
        if not answer:
            raise Failed("the process that holds a task has ended.", "see its log.")
        found: dict[str, Any] = json.loads(answer)
        if "failed" in found:
            raise Failed(f"a task cannot be started: {found['failed']}.", "see its log.")
        return found, given

    def set_up(self, address: str, others: Sequence[str], names: Mapping[str, Sequence[str]], folder: Path) -> None:
        """Give the namespace its addresses and names; packets to any other address are lost, as in AWS."""
        hosts, resolver = folder / "hosts", folder / "resolv.conf"
        lines = ["127.0.0.1 localhost", f"{address} ip-{address.replace('.', '-')}.ec2.internal"]
        lines += [f"{each} {name}" for name, addresses in names.items() for each in addresses]
        hosts.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n", encoding="utf-8")
        files = {str(hosts): "/etc/hosts", str(resolver): "/etc/resolv.conf"}
        self.ask("network", addresses=[address, *others], files=files)

    def end(self) -> None:
        """End it, and with it whatever still runs in it."""
        self._ours.close()
        self._running.stop(self._process)
