"""The components of a running service, made from its settings and opened and closed as one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Annotated

from fastapi import Depends, Request

from app import migrations
from app.build import build_of_this_task
from app.credentials import Credentials, Login, fetch_from
from app.database import STATEMENT_MAX_SECONDS, Connection, Database, parameters_of
from app.options import Options
from app.readiness import Readiness
from app.replica import Replica
from app.settings import Settings


@dataclass(frozen=True)
class Components:
    """What request handlers use. `replica` is where reads go, and is None where there is none."""

    primary: Database
    replica: Replica | None
    readiness: Readiness
    schema: migrations.Schema
    build: str
    started: float = field(default_factory=monotonic)


def credentials_of(settings: Settings) -> Credentials:
    """The injected login, with the way to a newer one."""
    return Credentials(Login(settings.DB_USERNAME, settings.DB_PASSWORD), fetch_from(settings.DB_SECRET_ARN))


async def connect_to_migrate(settings: Settings, options: Options, credentials: Credentials) -> Connection:
    """A connection for migrations, which may take longer than a request."""
    parameters = parameters_of(settings, options, settings.DB_HOST, migrations.STATEMENT_MAX_SECONDS)
    return await Connection.connect(**parameters, credentials=credentials)


@asynccontextmanager
async def running(settings: Settings, options: Options, requirements: str) -> AsyncIterator[Components]:
    """Open pools, migrate in the background, and close everything in the end."""
    credentials, schema = credentials_of(settings), migrations.Schema()
    of_host = partial(parameters_of, settings, options, statement_max_seconds=STATEMENT_MAX_SECONDS)
    primary = Database("primary", of_host(settings.DB_HOST), credentials)
    replica = None
    if settings.DB_REPLICA_HOST:
        replica = Replica(Database("replica", of_host(settings.DB_REPLICA_HOST), credentials))
    connect = partial(Connection.connect, **of_host(settings.DB_HOST), credentials=credentials)
    readiness = Readiness(connect, schema, requirements, primary.renew)
    await primary.open()
    if replica:
        await replica.database.open()
    connect_migrating = partial(connect_to_migrate, settings, options, credentials)
    migrating = asyncio.create_task(migrations.migrate_when_possible(connect_migrating, schema))
    try:
        yield Components(primary, replica, readiness, schema, await build_of_this_task())
    finally:
        migrating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await migrating
        await readiness.close()
        for each in (primary, replica):
            if each:
                await each.close()


def _components(request: Request) -> Components:
    components: Components = request.app.state.components
    return components


GivenComponents = Annotated[Components, Depends(_components)]
