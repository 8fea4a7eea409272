"""Around every request: its id, its one line in the log, and an answer in JSON whatever happens.

Plain ASGI: Starlette's own base class for middleware costs a task and two queues for each request.
"""

import json
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.answers import Fault, FaultAnswer
from app.logs import request_id

WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)

logger = logging.getLogger(__name__)


@dataclass
class Draining:
    """Whether the service is about to stop; then every answer ends its connection."""

    begun: bool = False


class Requests:
    """The middleware."""

    def __init__(self, app: ASGIApp, draining: Draining) -> None:
        """Wrap an application."""
        self._app = app
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        identity = given if WELL_FORMED.fullmatch(given) else str(uuid.uuid4())
        token = request_id.set(identity)
        try:
            await self._answer(scope, receive, _Answer(send, identity, self._draining))
        finally:
            request_id.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        begun = perf_counter()
        try:
            await self._app(scope, receive, answer)
        except Exception:
            logger.exception("a fault of our own")
            if answer.status == 0:
                await _fault(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")(scope, receive, answer)
        finally:
            fields = {
                "method": scope["method"],
                # Without the query, which may hold anything.
                "path": scope["path"],
                "status": answer.status,
                "duration_ms": round((perf_counter() - begun) * 1000, 2),
            }
            logger.info("request", extra=fields)


class _Answer:
    """A way out for messages that adds the headers of every answer."""

    def __init__(self, send: Send, identity: str, draining: Draining) -> None:
        self.status = 0
        self._send = send
        self._identity = identity
        self._draining = draining

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            more = [(b"x-request-id", self._identity.encode()), (b"cache-control", b"no-store")]
            if self._draining.begun:
                more.append((b"connection", b"close"))
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await self._send(message)


def install(app: FastAPI, draining: Draining) -> None:
    """Put all of it around an application."""
    app.add_middleware(Requests, draining=draining)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return _fault(error.status_code, str(error.detail), error.headers)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        places = [[str(part) for part in each["loc"]] for each in error.errors()]
        return _fault(HTTPStatus.UNPROCESSABLE_ENTITY, f"malformed: {json.dumps(places)}")


def _fault(code: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = FaultAnswer(error=Fault(code=code, message=message), request_id=request_id.get() or "")
    return JSONResponse(body.model_dump(), status_code=code, headers=headers)
