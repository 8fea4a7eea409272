"""Requests to a deployed stack, with httpx. Owns the limits of time and size; whatever a server does ends in an `Answer`."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx
from msgspec.structs import replace

from stage3c.delivery.judging import Answer

BODY_MAX_BYTES: Final = 2**20
REDIRECTS_MAX: Final = 5
AT_ONCE: Final = 256
_AGENT: Final = "stage3c-verify"


class Web:
    """An HTTP client."""

    def __init__(self) -> None:
        """Trust what the system trusts, or the file that SSL_CERT_FILE names; proxies are as the environment says."""
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        headers = {"user-agent": _AGENT, "accept": "*/*"}
        self._client = httpx.AsyncClient(
            verify=ssl.create_default_context(), limits=limits, headers=headers, max_redirects=REDIRECTS_MAX
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
