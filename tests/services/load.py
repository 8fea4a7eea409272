"""Load from threads: each asks again and again on a connection of its own, and everything that comes back is kept."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from msgspec import Struct

from tests.services.service import TLS


class Answer(Struct, frozen=True):
    """What came back, from `begun` to `ended`; `status` 0 and the kind of error where nothing did."""

    path: str
    identity: str
    begun: float
    ended: float
    status: int
    body: Any
    error: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the database was reached."""
        return self.status == 200 and (self.body.get("database_connected", True) is True)


@dataclass
class Load:
    """The answers so far."""

    answers: list[Answer] = field(default_factory=list)

    def wait_for(self, number: int) -> None:
        """Return when so many more answers have come."""
        wanted, end = len(self.answers) + number, time.monotonic() + 120
        while len(self.answers) < wanted:
            assert time.monotonic() < end, f"{wanted - len(self.answers)} answers are missing"
            time.sleep(0.02)

    def failures(self, since: float = 0.0) -> list[Answer]:
        """Those that did not succeed, of those asked at a moment or later."""
        return [each for each in self.answers if not each.succeeded and each.begun >= since]


@contextmanager
def load(url: str, paths: list[str], threads: int = 8, *, pause: float = 0.005, fresh: bool = False) -> Iterator[Load]:
    """Ask until the block ends; with `fresh`, each time on a new connection. A path may follow a method, as in "POST /x"."""
    headers = {"connection": "close"} if fresh else {}
    kept, stopping, numbers = Load(), threading.Event(), count()

    def ask() -> None:
        with httpx.Client(base_url=url, timeout=20, trust_env=False, verify=TLS, headers=headers) as client:
            while not stopping.is_set():
                number = next(numbers)
                kept.answers.append(_ask(client, paths[number % len(paths)], f"load-{number}"))
                if kept.answers[-1].error == "ConnectError":
                    return
                stopping.wait(pause)

    workers = [threading.Thread(target=ask) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield kept
    finally:
        stopping.set()
        for worker in workers:
            worker.join()


def _ask(client: httpx.Client, asked: str, identity: str) -> Answer:
    begun = time.monotonic()
    method, _, path = asked.rpartition(" ")
    try:
        answer = client.request(method or "GET", path, headers={"x-request-id": identity})
    except httpx.TransportError as error:
        return Answer(path, identity, begun, time.monotonic(), 0, {}, type(error).__name__)
    assert answer.headers["x-request-id"] == identity
    return Answer(path, identity, begun, time.monotonic(), answer.status_code, answer.json())
