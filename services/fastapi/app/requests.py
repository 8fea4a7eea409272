"""Around every request: its id, its one line in the log, and a response in JSON whatever happens.

Plain ASGI: Starlette's own base class for middleware costs a task and two queues for each request.
"""

import ipaddress
import json
import logging
import re
import uuid
from collections.abc import Mapping
from http import HTTPMethod, HTTPStatus
from time import perf_counter
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import request_id
from app.responses import Fault, FaultResponse

WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
# Root=1-67891233-abcdef012345678912345678;Self=…, as load balancers write it:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html (read 2026-11-28)
TRACE: Final = re.compile(r"[A-Za-z0-9=;:._-]{1,256}", re.ASCII)
USER_AGENT_MAX_CHARS: Final = 200
HEALTH_CHECKS: Final = ("/health", "/ready")

logger = logging.getLogger(__name__)


class Requests:
    """The middleware."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        identity = given if WELL_FORMED.fullmatch(given) else str(uuid.uuid4())
        token = request_id.set(identity)
        try:
            await self._answer(scope, receive, _Response(send, identity))
        finally:
            request_id.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, response: "_Response") -> None:
        started = perf_counter()
        scope.setdefault("state", {})
        try:
            await self._app(scope, receive, response)
        except Exception:
            logger.exception("the request failed")
            if response.status == 0:
                await _fault(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")(scope, receive, response)
        finally:
            duration = round((perf_counter() - started) * 1000, 2)
            fields = {
                "method": scope["method"],
                # Without the query, which may contain anything.
                "path": scope["path"],
                "status": response.status,
                "duration_ms": duration,
                "reason": scope["state"].get("reason"),
                **caller_of(scope),
            }
            logger.log(level_of(scope["path"], response.status), "request", extra=fields)


def level_of(path: str, status: int) -> int:
    """How a request is logged: a health check that passes is of no interest, and what the caller cannot help is."""
    if status in {HTTPStatus.INTERNAL_SERVER_ERROR, 0}:
        return logging.ERROR
    if status > HTTPStatus.INTERNAL_SERVER_ERROR:
        return logging.WARNING
    return logging.DEBUG if path in HEALTH_CHECKS else logging.INFO


def caller_of(scope: Scope) -> dict[str, str | None]:
    """Who asks: address, user agent and trace, as fields of the log.

    The last address in X-Forwarded-For is the one that the load balancer saw; whatever is before it came from outside.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html (read 2026-11-28)
    """
    headers = Headers(scope=scope)
    forwarded = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    peer = scope.get("client")
    trace, agent = headers.get("x-amzn-trace-id", ""), headers.get("user-agent")
    return {
        "client": forwarded if _is_address(forwarded) else peer and peer[0],
        "user_agent": agent and agent[:USER_AGENT_MAX_CHARS],
        "trace_id": trace if TRACE.fullmatch(trace) else None,
    }


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class _Response:
    """A way out for messages that adds the headers of every response."""

    def __init__(self, send: Send, identity: str) -> None:
        self.status = 0
        self._send = send
        self._identity = identity

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            more = [(b"x-request-id", self._identity.encode()), (b"cache-control", b"no-store")]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await self._send(message)


def install(app: FastAPI) -> None:
    """Put all of it around an application."""
    app.add_middleware(Requests)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        headers = error.headers
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {"allow": ", ".join(_methods(app, request.scope))}
        return _fault(error.status_code, str(error.detail), headers)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        places = [[str(part) for part in each["loc"]] for each in error.errors()]
        return _fault(HTTPStatus.UNPROCESSABLE_ENTITY, f"malformed: {json.dumps(places)}")


def _methods(app: FastAPI, scope: Scope) -> list[str]:
    """All methods of a path; Starlette itself names those of the first route that has it."""
    asked = [(method, {**scope, "method": method}) for method in HTTPMethod]
    return sorted(method for method, each in asked if any(r.matches(each)[0] == Match.FULL for r in app.routes))


def _fault(code: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = FaultResponse(error=Fault(code=code, message=message), request_id=request_id.get() or "")
    return JSONResponse(body.model_dump(), status_code=code, headers=headers)
