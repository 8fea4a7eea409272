"""Requests to the public listener, one after another from a thread of its own, and what became of them."""

import asyncio
import threading
from typing import Final

from stage3c.delivery.detour import Detour
from stage3c.delivery.web import Web

_PAUSE_SECONDS: Final = 0.05
_TIMEOUT_SECONDS: Final = 10.0
_SERVER_ERROR: Final = 500


class Traffic:
    """Started when it is made; at least one request is sent, and every one is answered before it ends."""

    def __init__(self, url: str, detour: Detour) -> None:
        """Take an address that answers GET."""
        self.sent = 0
        self.failures: list[str] = []
        self._url = url
        self._detour = detour
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._send()), name="traffic", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Send nothing more, and wait for the last answer."""
        self._over.set()
        self._thread.join()

    async def _send(self) -> None:
        web = Web(self._detour)
        try:
            while True:
                answer = await web.send("get", self._url, None, _TIMEOUT_SECONDS, follow=True)
                self.sent += 1
                if answer.failure or answer.status >= _SERVER_ERROR:
                    self.failures.append(answer.failure or f"status {answer.status}")
                if self._over.is_set():
                    return
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            await web.close()
