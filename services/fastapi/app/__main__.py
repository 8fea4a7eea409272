"""`python -m app`: check the environment, then serve until SIGTERM.

ECS sends SIGTERM and, 30 seconds later, SIGKILL. After SIGTERM nothing new is accepted, what was accepted is answered, and the
exit code is 0.
"""

import asyncio
import logging
import signal
import socket
import sys
from time import monotonic
from types import FrameType
from typing import Final

import uvicorn

from app import logs, options, settings
from app.main import create
from app.options import Options
from app.requests import Draining

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
        for server in self.servers:
            server.close()
        end = monotonic() + LINGER_MAX_SECONDS
        while self.server_state.connections and monotonic() < end:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)
        logger.info("stopped")


def _load() -> tuple[settings.Settings, Options]:
    """All settings; whatever is wrong with any of them is said at once, and ends the process."""
    faults: list[str] = []
    given: settings.Settings | None = None
    chosen: Options | None = None
    try:
        given = settings.load()
    except settings.SettingsError as error:
        faults += error.faults
    try:
        chosen = options.load()
    except settings.SettingsError as error:
        faults += error.faults
    if given is None or chosen is None:
        logs.start("INFO")
        for fault in faults:
            logger.error("%s", fault)
        sys.exit(EXIT_BAD_SETTINGS)
    return given, chosen


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
    signal.signal(signal.SIGTERM, _ignore)
    server = Server(config, draining)
    server.run()
    sys.exit(0 if server.started else 1)


if __name__ == "__main__":
    main()
