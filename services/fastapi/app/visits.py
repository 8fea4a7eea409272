"""The table of visits: a database test writes one row, or only counts all of them."""

from typing import Final

from app.components import Components
from app.database import Database, DatabaseError
from app.replica import Replica
from app.responses import Read, Written

KEPT: Final = 1000
# The first requirement of the endpoints that the schema does not meet, or NULL.
REQUIREMENTS: Final = """
    SELECT CASE
        WHEN found IS NULL THEN 'table visits is missing'
        WHEN NOT (has_table_privilege(found, 'SELECT') AND has_table_privilege(found, 'INSERT')
                  AND has_table_privilege(found, 'UPDATE') AND has_table_privilege(found, 'DELETE'))
            THEN 'the database user lacks a privilege on table visits'
    END FROM (SELECT to_regclass('visits')::oid AS found) AS visits
"""


async def read(components: Components) -> Read:
    """The number of rows: from the replica, or from the primary where there is none or it fails."""
    if components.replica:
        try:
            return Read(read=await _count(components.replica), read_from="replica")
        except DatabaseError:
            pass  # logged where it failed
    return Read(read=await _count(components.primary), read_from="primary")


async def write(primary: Database, request_id: str) -> Written:
    """Write a row, and delete the oldest."""
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


async def _count(database: Database | Replica) -> int:
    async with database.connection() as connection:
        row = await (await connection.execute("SELECT count(*) FROM visits")).fetchone()
    assert row is not None
    return int(row[0])
