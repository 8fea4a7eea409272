"""What ECS serves to a running task at 169.254.170.2: the credentials of its task role, and facts about itself.

https://docs.aws.amazon.com/AmazonECS/latest/bestpracticesguide/security-iam-roles.html and
https://docs.aws.amazon.com/en_us/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html (2026-11-28)
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import Account
from stage3c.rehearsal.directory import Place

ADDRESS: Final = "169.254.170.2"
Answer = Callable[[], Mapping[str, Any]]


class Metadata:
    """A server on loopback with an answer for each path."""

    def __init__(self) -> None:
        """Start it."""
        self._answers: dict[str, Answer] = {}
        handler = type("Bound", (_Handler,), {"answers": self._answers})
        self._server = _Server(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.place = Place("127.0.0.1", int(self._server.server_address[1]))

    def serve(self, path: str, answer: Answer) -> None:
        """Answer a path."""
        self._answers[path] = answer

    def forget(self, text: str) -> None:
        """Answer no path any more that contains a text."""
        for path in [each for each in self._answers if text in each]:
            del self._answers[path]

    def end(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


def credentials(account: Account, role: str, task: str) -> Answer:
    """The credentials of a task role: the emulated account gives them as STS does."""

    def answer() -> Mapping[str, Any]:
        told = account.ask("sts.assume_role", RoleArn=role, RoleSessionName=task)["Credentials"]
        return {
            "RoleArn": role,
            "AccessKeyId": told["AccessKeyId"],
            "SecretAccessKey": told["SecretAccessKey"],
            "Token": told["SessionToken"],
            "Expiration": told["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_request: object) -> None:
        """Say nothing: a task that ended inside a request is no error."""


class _Handler(BaseHTTPRequestHandler):
    answers: Mapping[str, Answer]

    def do_GET(self) -> None:
        """Answer in JSON."""
        found = self.answers.get(self.path)
        try:
            status, told = (200, found()) if found else (404, {"message": "not found"})
        except Unanswered as silence:
            status, told = 500, {"message": str(silence)}
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing: paths are as good as credentials."""
