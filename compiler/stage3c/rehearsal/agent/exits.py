"""The ways out of tasks: each call to a listener inside a task is joined with what really listens on this machine."""

import asyncio
import socket
import threading
from collections.abc import Callable

from stage3c.rehearsal.agent.inside import forwarded
from stage3c.rehearsal.directory import Place


class Exits:
    """A thread that forwards."""

    def __init__(self) -> None:
        """Start it."""
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def open(self, descriptor: int, where: Callable[[], Place | None]) -> Callable[[], None]:
        """Forward what comes at a listener to the place that is known at that moment; returns what ends it."""
        listener = socket.socket(fileno=descriptor)
        server = asyncio.run_coroutine_threadsafe(forwarded(listener, where), self._loop).result()
        self._servers.append(server)

        def close() -> None:
            self._loop.call_soon_threadsafe(server.close)

        return close

    def end(self) -> None:
        """End every connection and the thread."""
        asyncio.run_coroutine_threadsafe(_ended(self._servers), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _ended(servers: list[asyncio.Server]) -> None:
    for server in servers:
        server.close()
    others = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # transports that were aborted close in the next turn
