"""One PostgreSQL server, behind a pool: connections that are known to answer, each for a limited time.

Owns every time limit towards the database. Whatever goes wrong is a DatabaseError with a reason that may be shown to anybody.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Final, Self

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from app.credentials import Credentials, Login
from app.options import Options
from app.settings import Settings

POOL_MAX_CONNECTIONS: Final = 10
POOL_MAX_WAITING: Final = 64
CONNECT_MAX_SECONDS: Final = 3
# Long enough for a rotation: refused, the secret read again, connected.
WAIT_MAX_SECONDS: Final = 2.0
READY_MAX_SECONDS: Final = 1.0
ANSWER_MAX_SECONDS: Final = 0.6
STATEMENT_MAX_SECONDS: Final = 3
LOCK_MAX_SECONDS: Final = 2
USE_MAX_SECONDS: Final = 4.0
TELL_AGAIN_SECONDS: Final = 10.0
REASONS: Final[dict[type[Exception], str]] = {
    TooManyRequests: "all connections to the database are taken, and too many requests wait for one",
    PoolTimeout: "no connection to the database in time",
    psycopg.errors.QueryCanceled: "the database took too long",
    psycopg.errors.LockNotAvailable: "the database took too long",
    psycopg.errors.UndefinedTable: "the schema is not there yet",
    psycopg.errors.ReadOnlySqlTransaction: "the database is read-only",
    psycopg.OperationalError: "the connection to the database was lost",
}

logger = logging.getLogger(__name__)


class DatabaseError(Exception):
    """The database cannot do what is asked of it; its text is made for strangers."""


class Connection(AsyncConnection[tuple[Any, ...]]):
    """A connection with the login of the moment; one that is refused asks for a newer login and tries that."""

    @classmethod
    async def connect(cls, conninfo: str = "", **parameters: Any) -> Self:  # noqa: ANN401 - as the base class has it
        """Connect; `credentials` stands among the parameters, and `tell`, which is told why it failed, or None."""
        credentials: Credentials = parameters.pop("credentials")
        tell: Callable[[str | None], None] = parameters.pop("tell", lambda _: None)
        try:
            made = await cls._connect_or_renew(credentials, conninfo, parameters)
        except psycopg.Error as error:
            tell(_without(credentials.login, str(error)))
            raise
        tell(None)
        return made

    @classmethod
    async def _connect_or_renew(cls, credentials: Credentials, conninfo: str, parameters: dict[str, Any]) -> Self:
        login = credentials.login
        try:
            return await cls._connect_as(login, conninfo, parameters)
        except psycopg.OperationalError as error:
            # libpq tells no SQLSTATE of a refused connection. It tells whether the server had asked for the password.
            if not error.pgconn or not error.pgconn.used_password:
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
        "sslmode": "verify-full",
        "sslrootcert": str(options.DB_SSLROOTCERT),
        "gssencmode": "disable",
        "connect_timeout": CONNECT_MAX_SECONDS,
        "tcp_user_timeout": 5000,
        "application_name": "fastapi",
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        "autocommit": True,
    }


class Database:
    """A server that may go and come back at any time."""

    def __init__(self, label: str, parameters: dict[str, Any], credentials: Credentials) -> None:
        """Connect to nothing yet."""
        self._label = label
        self._down_since: float | None = None
        self._told = 0.0
        self._pool = AsyncConnectionPool(
            connection_class=Connection,
            kwargs={**parameters, "credentials": credentials, "tell": self._tell_of_attempt},
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
        """Begin to connect; waits for nothing."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close(timeout=2)

    async def answers(self, wait_max_seconds: float = WAIT_MAX_SECONDS) -> bool:
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
                with _cut_after(leased, USE_MAX_SECONDS):
                    yield leased
            finally:
                await self._pool.putconn(leased)
        except (psycopg.Error, PoolTimeout, TooManyRequests, PoolClosed) as error:
            reason = _reason(error)
            logger.info("the %s database failed", self._label, extra={"reason": reason, "error": _kind(error)})
            raise DatabaseError(reason) from None

    async def _lease(self, wait_max_seconds: float) -> Connection:
        """A connection from the pool that answers; the pool replaces those that do not."""
        end = monotonic() + wait_max_seconds
        while True:
            leased = await self._pool.getconn(timeout=end - monotonic())
            try:
                with _cut_after(leased, ANSWER_MAX_SECONDS):
                    await leased.execute("SELECT 1")
            except psycopg.Error:
                await self._pool.putconn(leased)
            except BaseException:
                await self._pool.putconn(leased)
                raise
            else:
                return leased

    def _tell_of_attempt(self, reason: str | None) -> None:
        """Log that the server went and why, again every ten seconds, and that it came back."""
        now = monotonic()
        if reason is None:
            if self._down_since is not None:
                logger.info("the %s database answers again after %.1f s", self._label, now - self._down_since)
            self._down_since = None
            return
        if self._down_since is None:
            self._down_since, self._told = now, -TELL_AGAIN_SECONDS
        if now - self._told >= TELL_AGAIN_SECONDS:
            self._told = now
            logger.warning("no connection to the %s database", self._label, extra={"reason": reason})


@contextlib.contextmanager
def _cut_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Cut a connection that is in use for too long.

    Cancelling its task would not do: psycopg then asks the server to cancel the statement, and waits for a server that may
    never answer. A socket that is shut down ends the wait at once, and the server stops by its own statement timeout.
    """
    timer = asyncio.get_running_loop().call_later(seconds, _shut_down, connection)
    try:
        yield
    finally:
        timer.cancel()


def _shut_down(connection: Connection) -> None:
    with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.pgconn.socket)) as copy:
        copy.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    """Why, in words that hold nothing of the error's own."""
    return next((reason for kind, reason in REASONS.items() if isinstance(error, kind)), "the statement was refused")


def _kind(error: Exception) -> str:
    state = error.sqlstate if isinstance(error, psycopg.Error) else None
    return f"{type(error).__name__} {state}" if state else type(error).__name__
