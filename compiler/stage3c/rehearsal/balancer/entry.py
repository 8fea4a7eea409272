"""One client connection of one listener: requests in, and each answered by the load balancer or by a target."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Final

import h11
from msgspec import Struct

from stage3c.rehearsal.balancer.answers import Answer, error, own_answer
from stage3c.rehearsal.balancer.configuration import Listener, LoadBalancer
from stage3c.rehearsal.balancer.headers import Headers, to_client, to_target
from stage3c.rehearsal.balancer.messages import Malformed, Messages, client, server, tunnel
from stage3c.rehearsal.balancer.probes import unchecked
from stage3c.rehearsal.balancer.routing import Request, rule_for
from stage3c.rehearsal.balancer.targets import Member, Targets, cookie_of
from stage3c.rehearsal.directory import Directory

COOKIE: Final = "AWSALB"
_CONNECT_MAX_SECONDS: Final = 10
"""Within which a target must take a connection, or the answer is 504: load-balancer-troubleshooting.html (from memory)."""


class Entry(Struct, frozen=True):
    """A listener as it is at the moment, and what a connection needs to be served."""

    balancer: LoadBalancer
    listener: Listener
    targets: Targets
    directory: Directory
    note: Callable[[str], None]
    """Takes a line of the log."""


async def serve(entry: Callable[[], Entry], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests until the client goes, or is silent for longer than the idle time-out."""
    one = Messages(server(), reader, writer, entry().balancer.idle_seconds)
    try:
        while await _one(entry(), one) and one.is_reusable:
            one.state.start_next_cycle()
    except (OSError, Malformed, TimeoutError, h11.LocalProtocolError):
        pass  # the client went away, or a target ended in the middle of a response
    finally:
        one.close()


async def _one(entry: Entry, one: Messages) -> bool:
    """Answer one request; False if there was none."""
    try:
        head = await one.next()
    except Malformed:
        await _answer(one, error(HTTPStatus.BAD_REQUEST))
        return False
    if not isinstance(head, h11.Request):
        return False
    request = _request(entry, head, one)
    action = rule_for(entry.listener.rules, request).actions[-1]
    member = None
    if action["Type"] == "forward":
        member = entry.targets.choose(action, _cookie(request))
        status = await _forward(entry, one, head, request, member)
    else:
        answer = own_answer(action, request)
        await _answer(one, answer)
        status = answer.status
    to = f"{member.target.ip}:{member.target.port}" if member else "-"
    entry.note(f"{entry.balancer.name} {request.method} {request.scheme}://{request.host}{request.path} {status} {to}")
    return True


def _request(entry: Entry, head: h11.Request, one: Messages) -> Request:
    return Request(
        head.method.decode("latin-1"),
        head.target.decode("latin-1"),
        {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers},
        str(one.writer.get_extra_info("peername")[0]),
        "https" if entry.listener.is_https else "http",
        entry.listener.port,
    )


def _cookie(request: Request) -> str:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


async def _answer(one: Messages, answer: Answer) -> None:
    """Send what the load balancer says itself, after the rest of the request."""
    if one.state.their_state is h11.SEND_BODY:
        with contextlib.suppress(Malformed, TimeoutError):
            while isinstance(await one.next(), h11.Data):
                pass
    await one.send(h11.Response(status_code=answer.status, headers=[*answer.headers]))
    await one.send(h11.Data(data=answer.body))
    await one.send(h11.EndOfMessage())


async def _forward(entry: Entry, one: Messages, head: h11.Request, request: Request, member: Member | None) -> int:
    """Pass a request to a target and its response back; what goes wrong before a response is 502, 503 or 504."""
    if member is None:
        return await _refuse(one, HTTPStatus.SERVICE_UNAVAILABLE)
    failed = HTTPStatus.BAD_GATEWAY
    with member.busy():
        try:
            async with _connection(entry, member) as other:
                return await _exchange(entry, one, other, (head, request), _stays(member))
        except TimeoutError:
            failed = HTTPStatus.GATEWAY_TIMEOUT
        except (OSError, Malformed):
            pass
    if one.state.our_state is not h11.SEND_RESPONSE:
        raise Malformed("the target ended inside its response")
    return await _refuse(one, failed)


@contextlib.asynccontextmanager
async def _connection(entry: Entry, member: Member) -> AsyncIterator[Messages]:
    target = member.target
    place = entry.directory.where(target.ip, target.port)
    if place is None:
        raise ConnectionRefusedError(f"nothing listens on {target.ip}:{target.port}")
    context = unchecked() if member.group.protocol == "HTTPS" else None
    async with asyncio.timeout(_CONNECT_MAX_SECONDS):
        streams = await asyncio.open_connection(*place, ssl=context)
    other = Messages(client(), *streams, entry.balancer.idle_seconds)
    try:
        yield other
    finally:
        other.close()


async def _exchange(
    entry: Entry, one: Messages, other: Messages, asked: tuple[h11.Request, Request], more: Headers
) -> int:
    """Send a request while its body arrives, and its response while that arrives."""
    head, request = asked
    sent = to_target(head.headers.raw_items(), request, _trace_id(), drop_invalid=entry.balancer.drops_invalid_headers)
    await other.send(h11.Request(method=head.method, target=head.target, headers=sent))
    upload = asyncio.create_task(one.body(other))
    try:
        response = await other.response()
        headers = [*to_client(response.headers.raw_items()), *more]
        kind = type(response)
        await one.send(kind(status_code=response.status_code, headers=headers, reason=response.reason))
        await (other.body(one) if kind is h11.Response else tunnel(one, other, entry.balancer.idle_seconds))
        return int(response.status_code)
    finally:
        upload.cancel()
        await asyncio.wait([upload])
        if not upload.cancelled():
            upload.exception()  # a body that did not arrive whole ends the connection anyway


async def _refuse(one: Messages, status: HTTPStatus) -> int:
    await _answer(one, error(status))
    return int(status)


def _stays(member: Member) -> Headers:
    """The cookie by which the client stays with this target."""
    seconds = member.group.sticky_seconds
    if not seconds:
        return []
    return [(b"Set-Cookie", f"{COOKIE}={cookie_of(member.target)}; Max-Age={seconds}; Path=/".encode())]


def _trace_id() -> str:
    """A new trace id: version, time and 96 random bits."""
    return f"1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
