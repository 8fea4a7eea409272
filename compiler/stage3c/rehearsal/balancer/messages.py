"""HTTP/1.1 over one connection, with h11."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import h11

_READ_MAX_BYTES: Final = 65_536


class Malformed(Exception):  # noqa: N818 - what the other side did
    """The other side does not speak HTTP, or ended in the middle."""


def client() -> h11.Connection:
    """The state of a connection to a target."""
    return h11.Connection(h11.CLIENT)


def server() -> h11.Connection:
    """The state of a connection of a client."""
    return h11.Connection(h11.SERVER)


class Messages:
    """One side of a connection."""

    def __init__(
        self,
        state: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        idle_seconds: float | None = None,
    ) -> None:
        """Take an open connection; a read that takes longer than `idle_seconds` raises `TimeoutError`."""
        self.state = state
        self.reader = reader
        self.writer = writer
        self._idle = idle_seconds

    async def next(self) -> Any:  # noqa: ANN401 - an event of h11
        """The next event."""
        while True:
            try:
                event = self.state.next_event()
            except h11.RemoteProtocolError as error:
                raise Malformed(str(error)) from None
            if event is not h11.NEED_DATA:
                return event
            if self.state.they_are_waiting_for_100_continue:
                await self.send(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
            async with asyncio.timeout(self._idle):
                data = await self.reader.read(_READ_MAX_BYTES)
            try:
                self.state.receive_data(data)
            except h11.RemoteProtocolError as error:
                raise Malformed(str(error)) from None

    async def send(self, event: Any) -> None:  # noqa: ANN401 - likewise
        """Send an event."""
        data = self.state.send(event)
        if data:
            self.writer.write(data)
            await self.writer.drain()

    async def request(self, method: str, target: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Send a request without a body."""
        await self.send(h11.Request(method=method, target=target, headers=[*headers]))
        await self.send(h11.EndOfMessage())

    async def response(self) -> Any:  # noqa: ANN401 - a Response, or an InformationalResponse 101
        """The head of the response; interim ones are passed over."""
        while True:
            event = await self.next()
            if isinstance(event, h11.Response) or (
                isinstance(event, h11.InformationalResponse) and event.status_code == 101  # noqa: PLR2004 - Switching Protocols
            ):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise Malformed("the connection was closed before a response")

    async def body(self, into: "Messages") -> None:
        """Pass the body of a message on as it arrives, and its end."""
        while True:
            event = await self.next()
            if isinstance(event, h11.Data):
                await into.send(h11.Data(data=bytes(event.data)))
            elif isinstance(event, h11.EndOfMessage):
                await into.send(h11.EndOfMessage())
                return
            else:
                raise Malformed("the connection was closed inside a message")

    @property
    def is_reusable(self) -> bool:
        """Tell whether another request may follow on this connection."""
        return bool(self.state.our_state is h11.DONE and self.state.their_state is h11.DONE)

    def close(self) -> None:
        """Close the connection; the other side may have done so before."""
        with suppress(OSError, RuntimeError):
            self.writer.close()


async def tunnel(one: Messages, other: Messages, idle_seconds: float) -> None:
    """Pass bytes both ways, after both sides agreed on another protocol, until one ends or nothing has passed for a while."""
    now = asyncio.get_running_loop().time
    async with asyncio.timeout(idle_seconds) as limit:

        def passed() -> None:
            limit.reschedule(now() + idle_seconds)

        ways = [asyncio.create_task(_pass(one, other, passed)), asyncio.create_task(_pass(other, one, passed))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


async def _pass(one: Messages, into: Messages, passed: Callable[[], None]) -> None:
    data = one.state.trailing_data[0]
    while True:
        if data:
            passed()
            into.writer.write(data)
            await into.writer.drain()
        data = await one.reader.read(_READ_MAX_BYTES)
        if not data:
            return
