"""HTTP as uvicorn speaks it, with a limit on headers; what cannot be parsed is refused in JSON, and logged.

uvicorn's parser has no limit of its own, and answers in plain text. A test keeps the methods that are overridden here.
"""

import json
import logging
import uuid
from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.logs import request_id

# As much as the load balancer lets through, and as the Node.js service takes:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html (read 2026-11-28)
HEADERS_MAX_BYTES: Final = 16 * 1024
MESSAGES: Final = {
    HTTPStatus.BAD_REQUEST: "the request is not valid HTTP",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "the headers of the request are too large",
}

logger = logging.getLogger(__name__)


class HeadersTooLargeError(Exception):
    """Raised inside the parser, which then stops."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    _received_bytes = 0
    _parsed_bytes = 0
    _in_headers = True

    def data_received(self, data: bytes) -> None:
        """Parse, and refuse headers that never end."""
        self._received_bytes += len(data)
        super().data_received(data)
        if self._in_headers and self._received_bytes > HEADERS_MAX_BYTES and not self.transport.is_closing():
            self._parsed_bytes = self._received_bytes
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """Start to count."""
        super().on_message_begin()
        self._parsed_bytes, self._in_headers = 0, True

    def on_url(self, url: bytes) -> None:
        """Count the address among the headers."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count one header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """What follows is a body, or the next request."""
        self._received_bytes, self._in_headers = 0, False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next bytes are headers again."""
        super().on_message_complete()
        self._received_bytes, self._in_headers = 0, True

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser gave up on."""
        del msg  # uvicorn's own sentence
        too_large = self._parsed_bytes > HEADERS_MAX_BYTES
        status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST
        identity, message = str(uuid.uuid4()), MESSAGES[status]
        client = self.client[0] if self.client else None
        token = request_id.set(identity)
        logger.info("request", extra={"status": status.value, "reason": message, "client": client})
        request_id.reset(token)
        body = json.dumps({"error": {"code": status.value, "message": message}, "request_id": identity}).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nx-request-id: {identity}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    def _count(self, size: int) -> None:
        self._parsed_bytes += size
        if self._parsed_bytes > HEADERS_MAX_BYTES:
            raise HeadersTooLargeError
