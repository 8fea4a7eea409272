"""The parts of a running service, put together from its settings and opened and closed as one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Annotated

from fastapi import Depends, Request

from app import migrations
from app.credentials import Credentials, Login, fetch_from
from app.database import STATEMENT_MAX_SECONDS, Connection, Database, parameters_of
from app.options import Options
from app.settings import Settings


@dataclass(frozen=True)
class Parts:
    """What request handlers use. `replica` is where reads go, and is None where there is none."""

    primary: Database
    replica: Database | None
    migrated: asyncio.Event = field(default_factory=asyncio.Event)
    started: float = field(default_factory=monotonic)


def credentials_of(settings: Settings) -> Credentials:
    """The injected login, with the way to a newer one."""
    return Credentials(Login(settings.DB_USERNAME, settings.DB_PASSWORD), fetch_from(settings.DB_SECRET_ARN))


async def connect_to_migrate(settings: Settings, options: Options, credentials: Credentials) -> Connection:
    """A connection of its own for migrations, which may take longer than a request."""
    parameters = parameters_of(settings, options, settings.DB_HOST, migrations.STATEMENT_MAX_SECONDS)
    return await Connection.connect(**parameters, credentials=credentials)


@asynccontextmanager
async def running(settings: Settings, options: Options) -> AsyncIterator[Parts]:
    """Open pools, migrate in the background, and close everything in the end."""
    credentials = credentials_of(settings)
    hosts = {"primary": settings.DB_HOST, "replica": settings.DB_REPLICA_HOST}
    databases = {
        label: Database(label, parameters_of(settings, options, host, STATEMENT_MAX_SECONDS), credentials)
        for label, host in hosts.items()
        if host
    }
    parts = Parts(databases["primary"], databases.get("replica"))
    for database in databases.values():
        await database.open()
    connect = migrations.migrate_when_possible(
        lambda: connect_to_migrate(settings, options, credentials), parts.migrated
    )
    migrating = asyncio.create_task(connect)
    try:
        yield parts
    finally:
        migrating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await migrating
        for database in databases.values():
            await database.close()


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


GivenParts = Annotated[Parts, Depends(_parts)]
