"""`python -m app`: check the environment, then serve until SIGTERM.

ECS sends SIGTERM and, 30 seconds later, SIGKILL. After SIGTERM nothing new is accepted, what was accepted is answered, and the
exit code is 0.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from time import monotonic
from types import FrameType
from typing import Any, Final

import uvicorn

from app import logs, options
from app.main import create
from app.options import Options
from app.requests import Draining
from app.settings import Settings, SettingsError

EXIT_BAD_SETTINGS: Final = 78  # EX_CONFIG of sysexits.h
# Clients that keep a connection open learn from the next answer on it that it ends; one that is idle is closed after this.
LINGER_MAX_SECONDS: Final = 1.0
ANSWER_MAX_SECONDS: Final = 20
# Longer than a load balancer keeps a connection that is idle (60 s), or it would use one that has just been closed.
KEEP_ALIVE_SECONDS: Final = 75

logger = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """A server that lets open connections finish what they are about to ask."""

    def __init__(self, config: uvicorn.Config, draining: Draining) -> None:
        """Take what tells all answers that the end has begun."""
        super().__init__(config)
        self._draining = draining

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, linger, then do as uvicorn does."""
        logger.info("stopping")
        self._draining.begun = True
        await self._stop_accepting()
        end = monotonic() + LINGER_MAX_SECONDS
        while self.server_state.connections and monotonic() < end:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)
        logger.info("stopped")

    async def _stop_accepting(self) -> None:
        """Close the listeners, but keep what the kernel has accepted for them, which would be reset."""
        listeners = [listener for server in self.servers for listener in server.sockets]
        waiting = [each for listener in listeners for each in _queued(listener, self.config.backlog)]
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        for each in waiting:
            with contextlib.suppress(OSError):
                await loop.connect_accepted_socket(self._protocol, each)

    def _protocol(self) -> asyncio.Protocol:
        """A connection, made as uvicorn makes its own."""
        kind: Any = self.config.http_protocol_class
        made: asyncio.Protocol = kind(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        return made


def _queued(listener: socket.socket, at_most: int) -> Iterator[socket.socket]:
    """The connections of a listener that nobody has fetched yet."""
    with socket.socket(fileno=os.dup(listener.fileno())) as copy, contextlib.suppress(BlockingIOError):
        copy.settimeout(0)
        for _ in range(at_most):
            yield copy.accept()[0]


def _load() -> tuple[Settings, Options]:
    """All that the environment says; whatever is wrong with it is logged at once, and ends the process."""
    try:
        return options.load_all()
    except SettingsError as error:
        logs.start("INFO")
        for fault in error.faults:
            logger.error("%s", fault)  # noqa: TRY400 - where in the code it was found is nothing to tell
        sys.exit(EXIT_BAD_SETTINGS)


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    """Do nothing: uvicorn raises the signal again when it has stopped, which would end the process with another code."""


def main() -> None:
    """Run the service."""
    given, chosen = _load()
    logs.start(chosen.LOG_LEVEL)
    draining = Draining()
    config = uvicorn.Config(
        create(given, chosen, draining),
        host=chosen.HOST,
        port=chosen.PORT,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=ANSWER_MAX_SECONDS,
    )
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _ignore)
    server = Server(config, draining)
    server.run()
    sys.exit(0 if server.started else 1)


if __name__ == "__main__":
    main()
