"""One PostgreSQL server, behind a pool: connections that are known to answer, each for a limited time.

Owns every time limit towards the database. Whatever goes wrong is a DatabaseError with a reason that may be shown to any client.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, Self

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from app.credentials import Credentials, Login
from app.options import Options
from app.outages import OutageLog
from app.settings import Settings

POOL_MAX_CONNECTIONS: Final = 10
POOL_MAX_WAITING: Final = 64
CONNECT_MAX_SECONDS: Final = 3
# Long enough for a rotation: refused, the secret read again, connected.
WAIT_MAX_SECONDS: Final = 2.0
READY_MAX_SECONDS: Final = 1.5
# Short: the primary can answer instead.
REPLICA_WAIT_MAX_SECONDS: Final = 0.8
REPLICA_RETRY_AFTER_SECONDS: Final = 1.0
ANSWER_MAX_SECONDS: Final = 0.6
STATEMENT_MAX_SECONDS: Final = 3
LOCK_MAX_SECONDS: Final = 2
USE_MAX_SECONDS: Final = 4.0
REFUSED: Final = "the database refuses the login, and the secret has no newer one"
REASONS: Final[dict[type[Exception], str]] = {
    TooManyRequests: "all connections to the database are taken, and too many requests wait for one",
    PoolTimeout: "no connection to the database in time",
    psycopg.errors.QueryCanceled: "the database took too long",
    psycopg.errors.LockNotAvailable: "the database took too long",
    psycopg.errors.UndefinedTable: "a table is missing",
    psycopg.errors.InsufficientPrivilege: "the database user lacks a privilege",
    psycopg.errors.ReadOnlySqlTransaction: "the database is read-only",
    psycopg.OperationalError: "the connection to the database was lost",
}
# What says that a server was reached and is busy, or disagrees, but not that it is lost.
NOT_LOST: Final = (
    TooManyRequests,
    psycopg.errors.QueryCanceled,
    psycopg.errors.LockNotAvailable,
    psycopg.ProgrammingError,
    psycopg.errors.ReadOnlySqlTransaction,
)

logger = logging.getLogger(__name__)


class DatabaseError(Exception):
    """The database cannot serve a request; the text may be shown to any client. `is_lost`: the server itself did not answer."""

    def __init__(self, reason: str, *, is_lost: bool = False) -> None:
        """Take the reason."""
        super().__init__(reason)
        self.is_lost = is_lost


class Connection(AsyncConnection[tuple[Any, ...]]):
    """A connection with the login of the moment; one that is refused asks for a newer login and tries that."""

    connected_at = 0.0

    @classmethod
    async def connect(cls, conninfo: str = "", **parameters: Any) -> Self:  # noqa: ANN401 - as the base class has it
        """Connect with the `credentials` among the parameters; what happens is logged in the `outage` there."""
        credentials: Credentials = parameters.pop("credentials")
        outage: OutageLog | None = parameters.pop("outage", None)
        try:
            made = await cls._connect_or_renew(credentials, conninfo, parameters)
        except psycopg.Error as error:
            if outage:
                outage.failed(_without(credentials.login, str(error)))
            raise
        made.connected_at = monotonic()
        if outage:
            outage.succeeded()
        return made

    @classmethod
    async def _connect_or_renew(cls, credentials: Credentials, conninfo: str, parameters: dict[str, Any]) -> Self:
        login = credentials.login
        try:
            return await cls._connect_as(login, conninfo, parameters)
        except psycopg.OperationalError as error:
            if not is_refused(error):
                raise
            newer = await credentials.newer_than(login)
            if newer is None:
                raise
            return await cls._connect_as(newer, conninfo, parameters)

    @classmethod
    async def _connect_as(cls, login: Login, conninfo: str, parameters: dict[str, Any]) -> Self:
        user, password = login.username.get_secret_value(), login.password.get_secret_value()
        return await super().connect(conninfo, user=user, password=password, **parameters)


def _without(login: Login, text: str) -> str:
    """The first line of what libpq says, without what is secret here."""
    line = text.splitlines()[0] if text else ""
    for secret in (login.password, login.username):
        line = line.replace(secret.get_secret_value(), "…")
    return line


def parameters_of(settings: Settings, options: Options, host: str, statement_max_seconds: int) -> dict[str, Any]:
    """How to connect to a host, but for the login."""
    limits = {
        "statement_timeout": statement_max_seconds * 1000,
        "lock_timeout": min(statement_max_seconds, LOCK_MAX_SECONDS) * 1000,
        "idle_in_transaction_session_timeout": 10_000,
    }
    return {
        "host": host,
        "port": settings.DB_PORT,
        "dbname": settings.DB_NAME,
        **_tls(options),
        "gssencmode": "disable",
        "connect_timeout": CONNECT_MAX_SECONDS,
        "tcp_user_timeout": 5000,
        "application_name": "fastapi",
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        "autocommit": True,
    }


def _tls(options: Options) -> dict[str, str]:
    if options.LOCAL_DATABASE_WITHOUT_TLS:
        return {"sslmode": "disable"}
    return {"sslmode": "verify-full", "sslrootcert": str(options.DB_SSLROOTCERT)}


class Database:
    """A server that may go and come back at any time."""

    def __init__(self, label: str, parameters: dict[str, Any], credentials: Credentials) -> None:
        """Connect to nothing yet."""
        self._label = label
        self._renewed_at = 0.0
        self._pool = AsyncConnectionPool(
            connection_class=Connection,
            kwargs={**parameters, "credentials": credentials, "outage": OutageLog(f"the {label} database")},
            name=label,
            open=False,
            min_size=1,
            max_size=POOL_MAX_CONNECTIONS,
            max_waiting=POOL_MAX_WAITING,
            max_lifetime=1800,
            # No attempts in the background with longer and longer pauses: the next request tries at once.
            reconnect_timeout=0,
            # Connections are given back by the workers too, which must not queue behind those that still connect.
            num_workers=POOL_MAX_CONNECTIONS + 2,
        )

    async def open(self) -> None:
        """Start to connect, without waiting."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close(timeout=2)

    def renew(self) -> None:
        """Replace every connection before it is used again: a session keeps the settings that it began with."""
        self._renewed_at = monotonic()

    async def is_answering(self, wait_max_seconds: float = WAIT_MAX_SECONDS) -> bool:
        """Whether the server answers now."""
        try:
            async with self.connection(wait_max_seconds):
                return True
        except DatabaseError:
            return False

    @asynccontextmanager
    async def connection(self, wait_max_seconds: float = WAIT_MAX_SECONDS) -> AsyncIterator[Connection]:
        """A connection that has just answered, for USE_MAX_SECONDS; every fault of it is a DatabaseError."""
        try:
            leased = await self._lease(wait_max_seconds)
            try:
                with cut_after(leased, USE_MAX_SECONDS):
                    yield leased
            except psycopg.errors.ReadOnlySqlTransaction:
                self.renew()
                raise
            finally:
                await self._pool.putconn(leased)
        except (psycopg.Error, PoolTimeout, TooManyRequests, PoolClosed) as error:
            reason = reason_for(error)
            logger.info("the %s database failed", self._label, extra={"reason": reason, "error": _kind(error)})
            raise DatabaseError(reason, is_lost=not isinstance(error, NOT_LOST)) from None

    async def _lease(self, wait_max_seconds: float) -> Connection:
        """A connection from the pool that answers; the pool replaces those that do not."""
        end = monotonic() + wait_max_seconds
        while True:
            leased = await self._pool.getconn(timeout=end - monotonic())
            if leased.connected_at < self._renewed_at:
                await leased.close()
                await self._pool.putconn(leased)
                continue
            try:
                with cut_after(leased, ANSWER_MAX_SECONDS) as cut:
                    await leased.execute("SELECT 1")
            except psycopg.Error:
                await self._pool.putconn(leased)
            except BaseException:
                await self._pool.putconn(leased)
                raise
            else:
                if not cut.is_made:
                    return leased
                # It answered in the very moment in which it was given up.
                await leased.close()
                await self._pool.putconn(leased)


@dataclass
class Cut:
    """Whether a connection was cut."""

    connection: Connection
    is_made: bool = False

    def make(self) -> None:
        """Shut the socket down, which ends every wait for it."""
        self.is_made = True
        with (
            contextlib.suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(self.connection.fileno())) as copy,
        ):
            copy.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def cut_after(connection: Connection, seconds: float) -> Iterator[Cut]:
    """Cut a connection that is in use for too long.

    Cancelling its task would not do: psycopg then asks the server to cancel the statement, and waits for a server that may
    never answer. A socket that is shut down ends the wait at once, and the server stops by its own statement timeout.
    """
    cut = Cut(connection)
    timer = asyncio.get_running_loop().call_later(seconds, cut.make)
    try:
        yield cut
    finally:
        timer.cancel()


def is_refused(error: psycopg.Error) -> bool:
    """Whether the server refused the login. libpq has no SQLSTATE of that, but knows that the password was asked for."""
    text = str(error)
    has_no_room = "too many connections" in text or "connection slots" in text
    return bool(error.pgconn and error.pgconn.used_password) and not has_no_room


def reason_for(error: Exception) -> str:
    """Why, in words that contain nothing of the error's own."""
    return next((reason for kind, reason in REASONS.items() if isinstance(error, kind)), "the statement was refused")


def _kind(error: Exception) -> str:
    state = error.sqlstate if isinstance(error, psycopg.Error) else None
    return f"{type(error).__name__} {state}" if state else type(error).__name__
