"""Requests to the public listener, a few at once from a thread of their own, and what became of them."""

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from stage3c.delivery.detour import Detour
from stage3c.delivery.judging import Answer, faults_of
from stage3c.delivery.web import Web
from stage3c.language.model.check import Check
from stage3c.output.endpoints import Endpoint

_AT_ONCE: Final = 4
_PAUSE_SECONDS: Final = 0.1
_TIMEOUT_SECONDS: Final = 10.0
_REDIRECTION: Final = 3
_SERVER_ERROR: Final = 500


class Ask(Struct, frozen=True):
    """A GET that is sent again and again; without a check, everything but a server error is right."""

    url: str
    name: str
    """Its path."""
    check: Check | None = None

    def fault(self, answer: Answer) -> str:
        """What is wrong with an answer; empty if nothing is."""
        if self.check is not None:
            return ", ".join(faults_of(self.check, answer))
        return answer.failure or (f"status is {answer.status}" if answer.status >= _SERVER_ERROR else "")


class Loss(Struct, frozen=True):
    """A request that failed, by the clock of `time.monotonic`."""

    at: float
    name: str
    fault: str


def asks(endpoint: Endpoint, checks: Sequence[Check]) -> list[Ask]:
    """The GET requests among the checks of a spec, without limits of time; or the start page if there is none."""
    usable = [each for each in checks if each.get is not None and each.sequence is None]
    timeless = [each.model_copy(update={"response_ms": None}) for each in usable]
    found = [Ask(endpoint.url_of(each, {}), each.path, each) for each in timeless]
    return found or [Ask(f"{endpoint.url}/", "/")]


class Traffic:
    """Begins when it is made; every request is sent at least once, and answered before it ends."""

    def __init__(self, asked: Sequence[Ask], detour: Detour) -> None:
        """Take what is sent in turn, if anything."""
        self.began = time.monotonic()
        self.sent = 0
        self.losses: list[Loss] = []
        self._asked = asked
        self._detour = detour
        self._over = threading.Event()
        threads = ThreadPoolExecutor(1)
        self._sending = threads.submit(lambda: asyncio.run(self._send()))
        threads.shutdown(wait=False)

    def end(self) -> None:
        """Send nothing more, and wait for the last answer; raises what ended the sending."""
        self._over.set()
        self._sending.result()

    async def _send(self) -> None:
        web = Web(self._detour)
        try:
            if self._asked:
                await asyncio.gather(*(self._in_turn(web, number) for number in range(_AT_ONCE)))
        finally:
            await web.close()

    async def _in_turn(self, web: Web, first: int) -> None:
        """Everything once, and then until the end; each client begins somewhere else."""
        for number in itertools.count():
            if self._over.is_set() and number >= len(self._asked):
                return
            await self._one(web, self._asked[(first + number) % len(self._asked)])
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _one(self, web: Web, ask: Ask) -> None:
        check = ask.check
        timeout = check.timeout_seconds if check else _TIMEOUT_SECONDS
        follow = check is None or check.status // 100 != _REDIRECTION
        fault = ask.fault(await web.send("get", ask.url, None, timeout, follow=follow))
        self.sent += 1
        if fault:
            self.losses.append(Loss(time.monotonic(), ask.name, fault))


@contextmanager
def traffic(asked: Sequence[Ask], detour: Detour) -> Iterator[Traffic]:
    """Send while the block runs."""
    made = Traffic(asked, detour)
    try:
        yield made
    finally:
        made.end()
