"""Load on both services together: `python -m tests.services.benchmark [requests a second] [seconds]`.

Asks the front end for /api/status at a steady pace, whatever the answers take; each must say that the database is connected.
Prints errors, latencies from the moment at which a request was due, and the memory of both processes.
"""

import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Final

from tests.services.fastapi_service import fastapi, given
from tests.services.nodejs_service import installed, nodejs
from tests.services.postgres import postgres
from tests.services.secrets_manager import secrets_manager
from tests.services.service import Service

THREADS: Final = 24


def paced(service: Service, first: float, step: float, until: float, kept: list[tuple[float, str]]) -> None:
    """Ask at fixed moments, on one connection."""
    connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=20)
    due = first
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        try:
            connection.request("GET", "/api/status")
            answer = connection.getresponse()
            body = json.loads(answer.read())
            said = "ok" if body["backend"]["database_connected"] is True else "no database"
        except (OSError, http.client.HTTPException) as error:
            said = type(error).__name__
            connection.close()
        kept.append((time.monotonic() - due, said))
        due += step
    connection.close()


def mebibytes(service: Service) -> float:
    """The largest resident memory so far, with that of its children."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except OSError:
            continue
        if str(service.process.pid) in {fields["Pid"].strip(), fields["PPid"].strip()}:
            total += int(fields.get("VmHWM", "0 kB").split()[0])
    return total / 1024


def measured(frontend: Service, rate: float, seconds: float) -> list[tuple[float, str]]:
    """Seconds from due to answered, and what was said, of all requests."""
    begun, step = time.monotonic() + 0.5, THREADS / rate
    kept: list[tuple[float, str]] = []
    threads = [
        threading.Thread(target=paced, args=(frontend, begun + step * n / THREADS, step, begun + seconds, kept))
        for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return kept


def main(rate: float = 300, seconds: float = 30) -> None:
    """Start all, load, print."""
    with tempfile.TemporaryDirectory() as name, postgres() as server, secrets_manager() as secrets:
        login = server.new_login()
        secrets.put(login.username, login.password)
        folder, home = Path(name), installed(Path(name))
        with fastapi(given(server, login, secrets), folder) as backend, nodejs(home, backend.url, folder) as frontend:
            measured(frontend, rate, 2)  # warm
            kept = measured(frontend, rate, seconds)
            delays = statistics.quantiles([delay * 1000 for delay, _ in kept], n=1000)
            print(f"{len(kept)} requests in {seconds:g} s: {dict(Counter(said for _, said in kept))}")
            print(f"p50 {delays[499]:.1f} ms, p99 {delays[989]:.1f} ms, p99.9 {delays[998]:.1f} ms")
            print(f"memory: nodejs {mebibytes(frontend):.0f} MiB, fastapi {mebibytes(backend):.0f} MiB")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
