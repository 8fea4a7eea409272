"""The table of visits: each database test writes one row and counts all."""

import logging
from typing import Literal

from app.answers import Tested, Written
from app.database import Database, DatabaseError
from app.parts import Parts

KEPT = 1000

logger = logging.getLogger(__name__)


async def write_and_read(parts: Parts, request_id: str) -> Tested:
    """Write a row to the primary and count rows where reads go."""
    written = await _write(parts.primary, request_id)
    read, read_from = await _read(parts)
    return Tested(written=written, read=read, read_from=read_from)


async def _write(primary: Database, request_id: str) -> Written:
    async with primary.connection() as connection:
        cursor = await connection.execute(
            "INSERT INTO visits (request_id) VALUES (%s) RETURNING id, written_at", (request_id,)
        )
        row = await cursor.fetchone()
        assert row is not None
        # Only the newest rows stay. Rows that another request deletes at this moment are left to it.
        await connection.execute(
            "DELETE FROM visits WHERE id IN"
            " (SELECT id FROM visits WHERE id <= %s ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED)",
            (row[0] - KEPT,),
        )
    return Written(id=row[0], request_id=request_id, written_at=row[1])


async def _read(parts: Parts) -> tuple[int, Literal["primary", "replica"]]:
    """The number of rows: from the replica, or from the primary where there is none or it fails."""
    if parts.replica:
        try:
            return await _count(parts.replica), "replica"
        except DatabaseError as error:
            logger.warning("read from the primary instead of the replica", extra={"reason": str(error)})
    return await _count(parts.primary), "primary"


async def _count(database: Database) -> int:
    async with database.connection() as connection:
        row = await (await connection.execute("SELECT count(*) FROM visits")).fetchone()
    assert row is not None
    return int(row[0])
