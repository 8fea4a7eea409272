"""The read replica behind a circuit breaker: while it is lost, no request waits for it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.database import (
    REPLICA_RETRY_AFTER_SECONDS,
    REPLICA_WAIT_MAX_SECONDS,
    Connection,
    Database,
    DatabaseError,
)

logger = logging.getLogger(__name__)


class Replica:
    """A database that is asked only while it answers; a task in the background finds out when it does again."""

    def __init__(self, database: Database) -> None:
        """Take the database behind the breaker."""
        self.database = database
        self._probing: asyncio.Task[None] | None = None

    @property
    def is_lost(self) -> bool:
        """Whether the breaker is open."""
        return self._probing is not None and not self._probing.done()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection, or a DatabaseError at once while the replica is lost."""
        if self.is_lost:
            raise DatabaseError("the replica is lost", is_lost=True)
        try:
            async with self.database.connection(REPLICA_WAIT_MAX_SECONDS) as connection:
                yield connection
        except DatabaseError as error:
            if error.is_lost and not self.is_lost:
                logger.warning("reads go to the primary until the replica answers", extra={"reason": str(error)})
                self._probing = asyncio.create_task(self._probe())
            raise

    async def is_answering(self) -> bool:
        """Whether the replica answers now."""
        try:
            async with self.connection():
                return True
        except DatabaseError:
            return False

    async def close(self) -> None:
        """Stop probing, and close all connections."""
        if self._probing is not None:
            self._probing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._probing
        await self.database.close()

    async def _probe(self) -> None:
        while not await self.database.is_answering(REPLICA_WAIT_MAX_SECONDS):  # noqa: ASYNC110 - the server sends no event
            await asyncio.sleep(REPLICA_RETRY_AFTER_SECONDS)
        logger.warning("reads go to the replica again")
