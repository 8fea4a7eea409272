"""One request at a time: moto's stores are plain dictionaries, and a server's threads may not read one while another writes."""

import threading
from typing import Any, Final

from moto.core.responses import BaseResponse

TURN: Final = threading.RLock()
"""Held while the stores are read or changed; a request inside a request belongs to the same turn."""


def extend() -> None:
    """Serve the requests in turn, in a server as in a test's own process."""
    serve = BaseResponse._dispatch

    def serve_in_turn(response: BaseResponse, *arguments: Any, **named: Any) -> Any:
        with TURN:
            return serve(response, *arguments, **named)

    BaseResponse._dispatch = serve_in_turn  # type: ignore[method-assign,assignment] # an extension
