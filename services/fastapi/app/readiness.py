"""Whether this task can serve requests, asked on a connection of its own.

The pool takes no part: neither a full pool nor slow queries of others make a task unready. The login is tested again every
few seconds, since connections that are open outlive a password that the database no longer accepts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

import psycopg

from app.database import ANSWER_MAX_SECONDS, REFUSED, Connection, cut_after, is_refused, reason_for
from app.migrations import Schema

LOGIN_MAX_AGE_SECONDS: Final = 10.0
TOO_LATE: Final = "the database did not answer in time"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; `reason` says why the task is not ready, or what does not work although it is."""

    connected: bool
    usable: bool = False
    writable: bool = False
    reason: str | None = None


class Readiness:
    """One check at a time; whoever asks meanwhile is given its result."""

    def __init__(
        self, connect: Callable[[], Awaitable[Connection]], schema: Schema, requirements: str, renew: Callable[[], None]
    ) -> None:
        """Take how to connect, a query for the first requirement that the schema does not meet, and how to renew the pool."""
        self._connect = connect
        self._schema = schema
        self._renew = renew
        self._was_writable = True
        self._query = f"SELECT current_setting('transaction_read_only') = 'off', ({requirements})".encode()
        self._connection: Connection | None = None
        self._connected_at = 0.0
        self._running: asyncio.Task[Report] | None = None

    async def check(self, wait_max_seconds: float) -> Report:
        """The state at this moment."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._check())
        running = self._running
        done, _ = await asyncio.wait({running}, timeout=wait_max_seconds)
        return running.result() if done else Report(connected=False, reason=TOO_LATE)

    async def close(self) -> None:
        """Stop a check that runs, and close the connection."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})
        await self._disconnect()

    async def _check(self) -> Report:
        try:
            return await self._ask(await self._logged_in())
        except psycopg.Error as error:
            await self._disconnect()
            if is_refused(error):
                return Report(connected=False, reason=REFUSED)
        # The connection may have been lost long ago; a new one shows the present state.
        try:
            return await self._ask(await self._logged_in())
        except psycopg.Error as error:
            await self._disconnect()
            return Report(connected=False, reason=REFUSED if is_refused(error) else reason_for(error))

    async def _logged_in(self) -> Connection:
        """The connection, replaced by a new one when its login is old. A server without room for another leaves the old one."""
        held = self._connection
        if held is not None and monotonic() - self._connected_at < LOGIN_MAX_AGE_SECONDS:
            return held
        try:
            made = await self._connect()
        except psycopg.Error as error:
            if held is None or is_refused(error):
                raise
            return held
        await self._disconnect()
        self._connection, self._connected_at = made, monotonic()
        return made

    async def _ask(self, connection: Connection) -> Report:
        with cut_after(connection, ANSWER_MAX_SECONDS):
            row = await (await connection.execute(self._query)).fetchone()
        assert row is not None
        writable, missing = row
        if not writable:
            # A session keeps the setting that it began with, so the next check begins another.
            await self._disconnect()
        elif not self._was_writable:
            self._renew()
        self._was_writable = writable
        if not self._schema.is_current:
            return Report(connected=True, writable=writable, reason=self._schema.reason)
        if missing is not None:
            return Report(connected=True, writable=writable, reason=str(missing))
        return Report(
            connected=True, usable=True, writable=writable, reason=None if writable else "the database is read-only"
        )

    async def _disconnect(self) -> None:
        held, self._connection = self._connection, None
        if held is not None:
            await held.close()
