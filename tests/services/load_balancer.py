"""A load balancer as far as a deployment needs it: targets come and go, and one that goes is drained first.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
(read 2026-11-28): a target that is deregistered gets no new requests, and those on their way are completed.
"""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

DRAIN_MAX_SECONDS: Final = 30


class Target:
    """One task: its kept connections, and how many requests are on their way to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.idle: list[HTTPConnection] = []
        self.active = 0
        self.changed = threading.Condition()

    def ask(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Forward one request, on a kept connection where there is one."""
        with self.changed:
            connection = self.idle.pop() if self.idle else HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.will_close:
            connection.close()
        else:
            self.idle.append(connection)
        return answer.status, dict(answer.headers), body

    def drain(self) -> None:
        """Wait until nothing is on its way, then end the connections."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.active == 0, DRAIN_MAX_SECONDS)
        while self.idle:
            self.idle.pop().close()


class LoadBalancer:
    """Its address and its targets."""

    def __init__(self) -> None:
        self.url = ""
        self.targets: list[Target] = []
        self._lock = threading.Lock()
        self._numbers = itertools.count()

    def register(self, port: int) -> None:
        with self._lock:
            self.targets.append(Target(port))

    def deregister(self, port: int) -> None:
        """Take a target out, and return when it is drained."""
        with self._lock:
            (gone,) = [each for each in self.targets if each.port == port]
            self.targets.remove(gone)
        gone.drain()

    @contextmanager
    def chosen(self) -> Iterator[Target]:
        """The next target, which counts as busy meanwhile."""
        with self._lock:
            target = self.targets[next(self._numbers) % len(self.targets)]
            with target.changed:
                target.active += 1
        try:
            yield target
        finally:
            with target.changed:
                target.active -= 1
                target.changed.notify_all()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    balancer: LoadBalancer

    def do_GET(self) -> None:
        """Forward it."""
        passed = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        with self.balancer.chosen() as target:
            status, headers, body = target.ask(self.command, self.path, passed)
        self.send_response(status)
        for name in ("content-type", "x-request-id"):
            self.send_header(name, headers[name])
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Forward it likewise."""
        self.do_GET()

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@contextmanager
def load_balancer() -> Iterator[LoadBalancer]:
    """One on a free port, gone afterwards."""
    balancer = LoadBalancer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"balancer": balancer}))
    server.daemon_threads = True
    balancer.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield balancer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for target in balancer.targets:
            target.drain()
