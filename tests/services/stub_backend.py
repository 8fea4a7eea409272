"""A back end that behaves as a test wants: what it was asked is kept."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

STATUS: Final = {
    "service": "fastapi",
    "build": "v7",
    "uptime_seconds": 61.0,
    "database_connected": True,
    "database_writable": True,
    "migrated": True,
}
LOST: Final = {**STATUS, "database_connected": False, "database_writable": False, "reason": "no connection in time"}
READ: Final = {"status": "success", "read": 3, "read_from": "primary"}
WRITTEN: Final = {**READ, "written": {"id": 7}}
HANG_SECONDS: Final = 30


class StubBackend:
    """Its address, what it was asked, and how it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.methods: list[str] = []
        self.traces: list[str | None] = []
        self.behaviour: Callable[[Handler], None] = answers
        self.url = ""
        self.released = threading.Event()

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(1 for each, _ in self.asked if each == path)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    backend: StubBackend

    def do_GET(self) -> None:
        """Keep what is asked, then behave."""
        self.backend.asked.append((self.path, self.headers.get("x-request-id", "")))
        self.backend.traces.append(self.headers.get("x-amzn-trace-id"))
        self.backend.methods.append(f"{self.command} {self.path}")
        self.backend.behaviour(self)

    def do_POST(self) -> None:
        """Keep and behave likewise."""
        self.do_GET()

    def log_message(self, *words: Any) -> None:
        """Say nothing."""

    def reply(self, status: int, body: bytes, length: int | None = None) -> None:
        """Answer, with a length that may be a lie."""
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def answers(handler: Handler) -> None:
    """As the real one, all well."""
    tested = WRITTEN if handler.command == "POST" else READ
    handler.reply(200, json.dumps(tested if handler.path == "/api/db-test" else STATUS).encode())


def without_database(handler: Handler) -> None:
    """As the real one, without its database."""
    if handler.path == "/api/db-test":
        handler.reply(503, b'{"status": "error", "reason": "the database cannot be reached"}')
    else:
        handler.reply(200, json.dumps(LOST).encode())


def fails(handler: Handler) -> None:
    """An error of its own."""
    handler.reply(500, b'{"error": {"code": 500, "message": "oh"}}')


def unavailable(handler: Handler) -> None:
    """As a load balancer without targets."""
    handler.reply(503, b"<html>503 Service Temporarily Unavailable</html>")


def malformed(handler: Handler) -> None:
    """No JSON."""
    handler.reply(200, b"{not json")


def a_list(handler: Handler) -> None:
    """JSON, but no object."""
    handler.reply(200, b"[1]")


def endless(handler: Handler) -> None:
    """Far more than anyone should keep."""
    handler.reply(200, b'{"a": "' + b"x" * 1_000_000 + b'"}')


def ends_early(handler: Handler) -> None:
    """The connection ends before the answer does."""
    handler.reply(200, b'{"half', length=100)
    handler.close_connection = True


def hangs(handler: Handler) -> None:
    """No answer at all."""
    handler.backend.released.wait(HANG_SECONDS)
    handler.close_connection = True


def hangs_in_the_middle(handler: Handler) -> None:
    """Half an answer, and then nothing."""
    handler.reply(200, b'{"half', length=100)
    handler.backend.released.wait(HANG_SECONDS)
    handler.close_connection = True


def slow(handler: Handler) -> None:
    """An answer after a while."""
    time.sleep(0.5)
    answers(handler)


@contextmanager
def stub_backend() -> Iterator[StubBackend]:
    """A back end on a free port, gone afterwards."""
    backend = StubBackend()
    kind = type("Bound", (Handler,), {"backend": backend})
    # Five connections may wait by default; of more at once, the others are tried again only a second later.
    waiting = type("Waiting", (ThreadingHTTPServer,), {"request_queue_size": 128})
    server = waiting(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    backend.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield backend
    finally:
        backend.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
