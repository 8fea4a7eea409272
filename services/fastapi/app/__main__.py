"""`python -m app`: check the environment, then serve until SIGTERM.

ECS first takes the task out of its target group and waits for the deregistration delay; then it sends SIGTERM and, 30 seconds
later, SIGKILL. After SIGTERM nothing new is accepted, requests that have begun are answered, and the exit code is 0.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html (read 2026-11-28)
"""

import logging
import signal
import socket
import sys
from types import FrameType
from typing import Final

import uvicorn

from app import logs, options
from app.main import create
from app.options import EXIT_BAD_SETTINGS, Options
from app.protocol import Protocol
from app.settings import Settings, SettingsError

EXIT_CANNOT_LISTEN: Final = 1
ANSWER_MAX_SECONDS: Final = 20
# Longer than a load balancer keeps a connection that is idle (60 s), or it would use one that has just been closed.
KEEP_ALIVE_SECONDS: Final = 75

logger = logging.getLogger(__name__)


def _load() -> tuple[Settings, Options]:
    """All that the environment says; whatever is wrong with it is logged at once, and ends the process."""
    try:
        return options.load_all()
    except SettingsError as error:
        logs.start("INFO")
        for fault in error.faults:
            logger.error("%s", fault)  # noqa: TRY400 - where in the code it was found is of no interest
        sys.exit(EXIT_BAD_SETTINGS)


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    """Do nothing: uvicorn raises the signal again when it has stopped, which would end the process with another code."""


def _listen(chosen: Options) -> socket.socket:
    """A socket at the address; one line in the log where that is impossible."""
    try:
        family, _, _, _, address = socket.getaddrinfo(chosen.HOST, chosen.PORT, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        fields = {"error": type(error).__name__, "reason": error.strerror}
        logger.error("cannot listen: HOST and PORT must be this machine's own, and free", extra=fields)  # noqa: TRY400
        sys.exit(EXIT_CANNOT_LISTEN)


def main() -> None:
    """Run the service."""
    given, chosen = _load()
    logs.start(chosen.LOG_LEVEL)
    listener = _listen(chosen)
    config = uvicorn.Config(
        create(given, chosen),
        loop="uvloop",
        http=Protocol,
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
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    sys.exit(0 if server.started else 1)


if __name__ == "__main__":
    main()
