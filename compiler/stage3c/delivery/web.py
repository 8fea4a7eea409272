"""Requests to a deployed stack, with httpx. Owns the limits of time and size; whatever a server does ends in an `Answer`."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx
from msgspec.structs import replace

from stage3c.delivery.certificate import trusting
from stage3c.delivery.detour import Detour
from stage3c.delivery.judging import Answer

BODY_MAX_BYTES: Final = 2**20
REDIRECTS_MAX: Final = 5
AT_ONCE: Final = 256
_AGENT: Final = "stage3c-verify"


class Web:
    """An HTTP client."""

    def __init__(self, detour: Detour | None = None) -> None:
        """Proxies are as the environment says; with a detour there are none."""
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        headers = {"user-agent": _AGENT, "accept": "*/*"}
        context = trusting(detour)
        transport = _Detoured(detour, context, limits) if detour else None
        self._client = httpx.AsyncClient(
            transport=transport, verify=context, limits=limits, headers=headers, max_redirects=REDIRECTS_MAX
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def send(
        self, method: str, url: str, body: Mapping[str, Any] | None, timeout_seconds: float, *, follow: bool
    ) -> Answer:
        """Send a request and read the whole response, within a time and a size; follow redirects or take one as the answer."""
        began = time.monotonic()
        try:
            request = self._client.build_request(method.upper(), url, json=body, timeout=httpx.Timeout(timeout_seconds))
            async with asyncio.timeout(timeout_seconds):
                answer = await self._answer(request, follow=follow)
        except (TimeoutError, httpx.TimeoutException):
            answer = Answer(failure=f"no complete response after {timeout_seconds:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            answer = Answer(failure=_reason(error))
        return replace(answer, seconds=time.monotonic() - began)

    async def _answer(self, request: httpx.Request, *, follow: bool) -> Answer:
        response = await self._client.send(request, stream=True, follow_redirects=follow)
        async with contextlib.aclosing(response):
            headers = {name.lower(): value for name, value in response.headers.items()}
            read = bytearray()
            async for part in response.aiter_bytes():
                read += part
                if len(read) > BODY_MAX_BYTES:
                    failure = f"the response is larger than {BODY_MAX_BYTES // 2**20} MiB"
                    return Answer(response.status_code, headers, failure=failure)
            return Answer(response.status_code, headers, bytes(read))


class _Detoured(httpx.AsyncHTTPTransport):
    """Connects where the detour says; the host name stays in the request and in TLS."""

    def __init__(self, detour: Detour, context: ssl.SSLContext, limits: httpx.Limits) -> None:
        super().__init__(verify=context, limits=limits)
        self._detour = detour

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, url = request.url.host, request.url
        place = self._detour.place(host, url.port or (443 if url.scheme == "https" else 80))
        if place is None:
            raise httpx.ConnectError("no such host")
        return await super().handle_async_request(
            httpx.Request(
                request.method,
                url.copy_with(host=place[0], port=place[1]),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
        )


def _reason(error: Exception) -> str:
    """Why a request failed, without the text of the exception, which may quote the request."""
    match error:
        case httpx.ConnectError():
            return _connection(error)
        case httpx.RemoteProtocolError() | httpx.ReadError():
            return "the connection was closed before the response was complete"
        case httpx.TooManyRedirects():
            return f"more than {REDIRECTS_MAX} redirects"
        case _:
            return f"the request failed ({type(error).__name__})"


def _connection(error: BaseException) -> str:
    """What went wrong before the request: the first cause that Python knows."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not valid: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return "TLS failed"
        if isinstance(cause, ConnectionRefusedError):
            return "the connection was refused"
        cause = cause.__cause__ or cause.__context__
    return "no connection, or the host name does not resolve"
