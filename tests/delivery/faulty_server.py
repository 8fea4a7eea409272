"""A small HTTP server on loopback that does what a deployed stack must not do, by path."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

CANARY = "hunter2-canary-Zq81"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    stored: ClassVar[dict[str, Any]] = {}
    seen: ClassVar[list[str]] = []
    meeting: ClassVar[threading.Barrier] = threading.Barrier(1)
    """How many requests for `/together` must be there before one of them is answered."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        name = self.path.strip("/").partition("/")[0]
        self.seen.append(f"GET {self.path}")
        getattr(self, f"_{name}", self._missing)()

    def do_POST(self) -> None:
        self.seen.append(f"POST {self.path}")
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = str(len(self.stored) + 1)
        self.stored[key] = body
        self._json({"id": key}, 201)

    def _orders(self) -> None:
        key = self.path.rsplit("/", 1)[1]
        self._json(self.stored[key]) if key in self.stored else self._missing()

    def _ok(self) -> None:
        self._json({"status": "ok", "count": 3, "list": [{"id": 7}], "version": "v1.2", "flag": True, "none": None})

    def _late(self) -> None:
        time.sleep(0.5)
        self._ok()

    def _together(self) -> None:
        self.meeting.wait(60)
        self._ok()

    def _never(self) -> None:
        time.sleep(5)

    def _drip(self) -> None:
        with suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)

    def _huge(self) -> None:
        self.send_response(200)
        self.send_header("content-length", str(100 * 2**20))
        self.end_headers()
        with suppress(OSError):
            for _ in range(100):
                self.wfile.write(b"x" * 2**20)

    def _loop(self) -> None:
        self._redirect("/loop")

    def _moved(self) -> None:
        self._redirect("/ok")

    def _half(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "100")
        self.end_headers()
        self.wfile.write(b'{"status"')
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def _html(self) -> None:
        self._send(b"<p>ok</p>", 200, "text/html")

    def _echo(self) -> None:
        self._json({"password": CANARY, "nested": {"token": CANARY}, "text": f"password={CANARY}"})

    def _error(self) -> None:
        self._send(b"broken", 500, "text/plain")

    def _missing(self) -> None:
        self._send(b"nothing", 404, "text/plain")

    def _json(self, document: Any, status: int = 200) -> None:
        self._send(json.dumps(document).encode(), status, "application/json")

    def _redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("location", target)
        self.send_header("content-length", "0")
        self.end_headers()

    def _send(self, body: bytes, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Many connections at once, and no traceback of a client that goes away."""

    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: Any) -> None:
        """Clients leave in the middle; that is what they are tested for."""


@contextmanager
def faulty_server() -> Iterator[str]:
    """Start it; its URL."""
    Handler.stored.clear()
    Handler.seen.clear()
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
