"""One open listener: a loopback port, with the certificate that fits the name a client asks for."""

import asyncio
import ssl
from collections.abc import Sequence
from typing import Any

from stage3c.rehearsal.balancer.certificates import Authority, covers
from stage3c.rehearsal.balancer.entry import Entry, serve
from stage3c.rehearsal.directory import Place

HOST = "127.0.0.1"


class Front:
    """A listener that is open."""

    def __init__(self, entry: Entry, names: Sequence[Sequence[str]], authority: Authority) -> None:
        """Take the names of each certificate, the default one first."""
        self.entry = entry
        self.names = names
        self._authority = authority
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Listen on a free port."""
        context = self._context() if self.entry.listener.is_https else None
        self._server = await asyncio.start_server(self._serve, HOST, 0, ssl=context)

    @property
    def place(self) -> Place:
        """Where it really listens."""
        assert self._server is not None
        return Place(HOST, int(self._server.sockets[0].getsockname()[1]))

    async def close(self) -> None:
        """Close the port and every connection."""
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await serve(lambda: self.entry, reader, writer)
        finally:
            self._open.discard(task)

    def _context(self) -> ssl.SSLContext:
        """Chooses at each handshake, so that certificates can change while the port is open."""
        outer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)

        def choose(connection: ssl.SSLObject, name: str | None, _outer: ssl.SSLContext) -> int | None:
            if not self.names:
                return ssl.ALERT_DESCRIPTION_HANDSHAKE_FAILURE
            fitting = (names for names in self.names if name and covers(names, name))
            connection.context = self._authority.context(next(fitting, self.names[0]))
            return None

        outer.sni_callback = choose
        return outer
