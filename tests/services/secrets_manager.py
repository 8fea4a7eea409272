"""Secrets Manager as far as a service needs it: GetSecretValue on a free loopback port."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0a1b2c3d-AbCdEf"


class SecretsManager:
    """One secret. `error` is the code of AWS's refusal, or None; `asked` counts the questions."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.text = ""
        self.error: str | None = None
        self.asked = 0

    def put(self, username: str, password: str) -> None:
        """Make it hold what RDS writes."""
        self.text = json.dumps({"username": username, "password": password})

    @property
    def environment(self) -> dict[str, str]:
        """What an AWS SDK needs to ask here."""
        make_believe = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        return {"AWS_ENDPOINT_URL": self.url, "AWS_EC2_METADATA_DISABLED": "true", **make_believe}

    def answer(self, target: str, question: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """One answer, as status and body."""
        self.asked += 1
        if target != "secretsmanager.GetSecretValue" or question.get("SecretId") != ARN:
            return 400, {"__type": "ResourceNotFoundException", "message": "no such secret"}
        if self.error:
            return 400, {"__type": self.error, "message": "refused"}
        return 200, {"ARN": ARN, "Name": "rds", "VersionId": "x" * 36, "SecretString": self.text}


@contextmanager
def secrets_manager() -> Iterator[SecretsManager]:
    """One that is gone afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, body = stub.answer(self.headers["x-amz-target"], question)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stub = SecretsManager(server.server_port)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield stub
        finally:
            server.shutdown()
            thread.join()
