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

from app.database import Connection, reason_for

FOLDER: Final = Path(__file__).parent.parent / "migrations"
# Any number that no other program locks in this database.
LOCK: Final = 7_233_503_001
STATEMENT_MAX_SECONDS: Final = 60
RETRY_AFTER_SECONDS: Final = 1.0
RETRY_AFTER_MAX_SECONDS: Final = 30.0
PENDING: Final = "the schema has not been migrated yet"

logger = logging.getLogger(__name__)


class MigrationError(Exception):
    """A migration that cannot be applied; its text names the file."""

    def __init__(self, name: str, problem: str, sqlstate: str | None = None) -> None:
        """Take the file, what is wrong, and the SQLSTATE where the database said so."""
        super().__init__(f"migration {name} {problem}")
        self.name = name
        self.sqlstate = sqlstate


class MigrationEditedError(MigrationError):
    """A file differs from the one that was applied; trying again does not help."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    name: str
    sql: bytes

    @property
    def checksum(self) -> str:
        """Distinguishes an edited file from the one that was applied."""
        return hashlib.sha256(self.sql).hexdigest()


@dataclass
class Schema:
    """Whether the schema is up to date, or why not."""

    reason: str | None = PENDING

    @property
    def is_current(self) -> bool:
        """Whether every migration has been applied."""
        return self.reason is None


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All files, in order."""
    return [Migration(path.stem, path.read_bytes()) for path in sorted(folder.glob("*.sql"))]


async def migrate(connection: Connection, wanted: list[Migration], *, dry_run: bool = False) -> list[str]:
    """Apply what is missing, all or nothing, and name it; with `dry_run`, undo it at once. A second run waits for the first."""
    async with connection.transaction(force_rollback=dry_run):
        await _lock(connection)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        missing = _missing(wanted, await _applied(connection))
        for each in missing:
            try:
                await connection.execute(each.sql)
            except psycopg.Error as error:
                if connection.broken or error.sqlstate is None:
                    raise  # the connection was lost, which says nothing about the file
                problem = f"failed: {error.diag.message_primary} (SQLSTATE {error.sqlstate})"
                raise MigrationError(each.name, problem, error.sqlstate) from None
            await connection.execute(
                "INSERT INTO schema_migrations (name, checksum) VALUES (%s, %s)", (each.name, each.checksum)
            )
        return [each.name for each in missing]


async def pending(connection: Connection, wanted: list[Migration]) -> list[str]:
    """The names of what is missing; changes nothing and never waits."""
    found = await (await connection.execute("SELECT to_regclass('schema_migrations') IS NOT NULL")).fetchone()
    applied = await _applied(connection) if found and found[0] else {}
    return [each.name for each in _missing(wanted, applied)]


async def migrate_when_possible(connect: Callable[[], Awaitable[Connection]], schema: Schema) -> None:
    """Apply what is missing as soon as the database can be reached. An edited file ends the attempts."""
    wanted, pause = migrations(), RETRY_AFTER_SECONDS
    while True:
        try:
            async with await connect() as connection:
                names = await migrate(connection, wanted)
        except MigrationError as error:
            pause = min(2 * pause, RETRY_AFTER_MAX_SECONDS)
            _log_failure(schema, str(error), logging.ERROR, migration=error.name, sqlstate=error.sqlstate)
            if isinstance(error, MigrationEditedError):
                return
        except psycopg.Error as error:
            pause = RETRY_AFTER_SECONDS
            _log_failure(schema, reason_for(error), logging.WARNING, sqlstate=error.sqlstate)
        else:
            schema.reason = None
            logger.info("the schema is up to date", extra={"migrations": names})
            return
        await asyncio.sleep(pause)


async def _lock(connection: Connection) -> None:
    """Wait for whoever migrates now, however long that takes; the limits of the connection apply again afterwards."""
    names = ("lock_timeout", "statement_timeout")
    query = "SELECT current_setting(%s), current_setting(%s)"
    before = await (await connection.execute(query, names)).fetchone()
    assert before is not None
    for name in names:
        await connection.execute("SELECT set_config(%s, '0', true)", (name,))
    await connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    for name, value in zip(names, before, strict=True):
        await connection.execute("SELECT set_config(%s, %s, true)", (name, value))


async def _applied(connection: Connection) -> dict[str, str]:
    rows = await (await connection.execute("SELECT name, checksum FROM schema_migrations")).fetchall()
    return dict(rows)


def _missing(wanted: list[Migration], applied: dict[str, str]) -> list[Migration]:
    for each in wanted:
        if applied.get(each.name, each.checksum) != each.checksum:
            raise MigrationEditedError(each.name, "was edited after it had been applied; restore it and add a new file")
    return [each for each in wanted if each.name not in applied]


def _log_failure(schema: Schema, reason: str, level: int, **fields: str | None) -> None:
    if reason != schema.reason:
        logger.log(level, "the schema cannot be migrated", extra={"reason": reason, **fields})
    schema.reason = reason
