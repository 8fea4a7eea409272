"""A service in place of one whose source code is not available: run as `python -I -S stand_in.py PORTS`.

It answers every GET with 200, so that health checks and requests by whatever path pass. Needs nothing but the standard library.
"""

import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer that all is well."""
        body = b'{"status": "stand-in"}\n'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Shares its ports with the ways out of the task, which listen on addresses of their own: ECS's metadata has port 80."""

    def server_bind(self) -> None:
        """Bind as those do."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


def main() -> None:
    """Serve until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    ports = [int(each) for each in sys.argv[1].split(",") if each]
    for port in ports:
        server = Server(("0.0.0.0", port), Handler)  # noqa: S104 - in a namespace of its own
        threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM})


if __name__ == "__main__":
    main()
