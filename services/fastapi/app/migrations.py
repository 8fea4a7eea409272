"""The schema: numbered files of SQL, each applied once and in order, by whichever task comes first.

Request handlers change no schema. A file that has been applied is never edited; its checksum is kept to see to that.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from app.database import Connection

FOLDER: Final = Path(__file__).parent.parent / "migrations"
# Any number will do that nobody else locks in this database.
LOCK: Final = 7_233_503_001
STATEMENT_MAX_SECONDS: Final = 60
PAUSE_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


class MigrationError(Exception):
    """The files and the database disagree; no attempt will mend it."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    name: str
    sql: bytes

    @property
    def checksum(self) -> str:
        """What tells an edited file from the one that was applied."""
        return hashlib.sha256(self.sql).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All files, in order."""
    return [Migration(path.stem, path.read_bytes()) for path in sorted(folder.glob("*.sql"))]


async def migrate(connection: Connection, wanted: list[Migration]) -> list[str]:
    """Apply what is missing, all or nothing, and name it. Others wait at the lock, and then find it done."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = await (await connection.execute("SELECT name, checksum FROM schema_migrations")).fetchall()
        applied = dict(rows)
        missing = [each for each in wanted if each.name not in applied]
        for each in wanted:
            if applied.get(each.name, each.checksum) != each.checksum:
                raise MigrationError(f"{each.name} was edited after it had been applied")
        for each in missing:
            await connection.execute(each.sql)
            await connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES (%s, %s)", (each.name, each.checksum)
            )
        return [each.name for each in missing]


async def migrate_when_possible(connect: Callable[[], Awaitable[Connection]], done: asyncio.Event) -> None:
    """Apply what is missing as soon as the database can be reached, and say that it is done."""
    wanted, told = migrations(), ""
    while True:
        try:
            async with await connect() as connection:
                names = await migrate(connection, wanted)
        except (psycopg.Error, MigrationError) as error:
            reason = type(error).__name__ if isinstance(error, psycopg.Error) else str(error)
            if reason != told:
                logger.warning("the schema cannot be brought up to date yet", extra={"reason": reason})
                told = reason
            await asyncio.sleep(PAUSE_SECONDS)
            continue
        logger.info("the schema is up to date", extra={"migrations": names})
        done.set()
        return
