"""The endpoints."""

import asyncio
from time import monotonic
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from app import logs, visits
from app.components import Components, GivenComponents
from app.database import READY_MAX_SECONDS, WAIT_MAX_SECONDS, DatabaseError
from app.responses import Alive, Failed, FaultResponse, Read, Ready, Status, WrittenAndRead

UNAVAILABLE: Final = 503
# Any response may also be a fault of the server's own, which has this shape.
FAULTS: Final[dict[int | str, dict[str, Any]]] = {500: {"model": FaultResponse}}

router = APIRouter(responses=FAULTS)


@router.get("/health")
async def health() -> Alive:
    """Return 200 while the process is alive. Uses neither the database nor the network."""
    return Alive()


@router.get("/ready", response_model_exclude_none=True, responses={UNAVAILABLE: {"model": Ready}})
async def ready(components: GivenComponents, request: Request, response: Response) -> Ready:
    """Return 200 if this task can serve requests: the database accepts its login and answers, and the schema is complete.

    ECS also replaces tasks that fail this check, so the threshold of the target group must outlast a failover of the database.
    """
    report = await components.readiness.check(READY_MAX_SECONDS)
    if not report.usable:
        response.status_code = UNAVAILABLE
        request.state.reason = report.reason
    return Ready(
        status="ready" if report.usable else "not ready",
        database_connected=report.connected,
        database_writable=report.writable,
        migrated=components.schema.is_current,
        reason=report.reason,
    )


@router.get("/api/status", response_model_exclude_none=True)
async def status(components: GivenComponents) -> Status:
    """Describe the service and whether its databases answer now."""
    report, replica = await asyncio.gather(components.readiness.check(WAIT_MAX_SECONDS), _replica(components))
    return Status(
        build=components.build,
        uptime_seconds=round(monotonic() - components.started, 1),
        database_connected=report.connected,
        database_writable=report.writable,
        replica_connected=replica,
        migrated=components.schema.is_current,
        reason=report.reason,
    )


@router.get("/api/db-test", responses={UNAVAILABLE: {"model": Failed}})
async def read_test(components: GivenComponents, request: Request, response: Response) -> Read | Failed:
    """Read rows. Changes nothing."""
    try:
        return await visits.read(components)
    except DatabaseError as error:
        return _failed(error, request, response)


@router.post("/api/db-test", responses={UNAVAILABLE: {"model": Failed}})
async def write_test(components: GivenComponents, request: Request, response: Response) -> WrittenAndRead | Failed:
    """Write a row, then read rows."""
    try:
        written = await visits.write(components.primary, logs.request_id.get() or "none")
        found = await visits.read(components)
    except DatabaseError as error:
        return _failed(error, request, response)
    return WrittenAndRead(read=found.read, read_from=found.read_from, written=written)


def _failed(error: DatabaseError, request: Request, response: Response) -> Failed:
    response.status_code = UNAVAILABLE
    request.state.reason = str(error)
    return Failed(reason=str(error))


async def _replica(components: Components) -> bool | None:
    return await components.replica.is_answering() if components.replica else None
