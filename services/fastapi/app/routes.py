"""The endpoints."""

import asyncio
from time import monotonic
from typing import Any, Final

from fastapi import APIRouter, Response

from app import logs, visits
from app.answers import Alive, Failed, FaultAnswer, Ready, Status, Tested
from app.database import READY_MAX_SECONDS, DatabaseError
from app.parts import GivenParts

VERSION: Final = "1.0.0"
UNAVAILABLE: Final = 503
# Any answer may also be a fault of the server's own, which has this shape.
FAULTS: Final[dict[int | str, dict[str, Any]]] = {500: {"model": FaultAnswer}}

router = APIRouter(responses=FAULTS)


@router.get("/health")
async def health() -> Alive:
    """Say that the process is alive; touches nothing, so that a lost database replaces no task."""
    return Alive()


@router.get("/ready", responses={UNAVAILABLE: {"model": Ready}})
async def ready(parts: GivenParts, response: Response) -> Ready:
    """Say whether traffic is welcome: the database answers, and the schema is there."""
    connected, migrated = await parts.primary.answers(READY_MAX_SECONDS), parts.migrated.is_set()
    if not connected or not migrated:
        response.status_code = UNAVAILABLE
        return Ready(status="not ready", database_connected=connected, migrated=migrated)
    return Ready(status="ready", database_connected=True, migrated=True)


@router.get("/api/status", response_model_exclude_none=True)
async def status(parts: GivenParts) -> Status:
    """Say what the service is, and whether its databases answer now."""
    connected, replica = await asyncio.gather(parts.primary.answers(), _replica_answers(parts))
    return Status(
        version=VERSION,
        uptime_seconds=round(monotonic() - parts.started, 1),
        database_connected=connected,
        replica_connected=replica,
        migrated=parts.migrated.is_set(),
    )


@router.get("/api/db-test", responses={UNAVAILABLE: {"model": Failed}})
async def database_test(parts: GivenParts, response: Response) -> Tested | Failed:
    """Write a row and read rows."""
    try:
        return await visits.write_and_read(parts, logs.request_id.get() or "none")
    except DatabaseError as error:
        response.status_code = UNAVAILABLE
        return Failed(reason=str(error))


async def _replica_answers(parts: GivenParts) -> bool | None:
    return await parts.replica.answers() if parts.replica else None
