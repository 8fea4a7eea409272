"""The shapes of all responses, from which the OpenAPI description is made."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class Alive(BaseModel):
    """The process runs; nothing else was looked at."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether this task can serve requests; `reason` says why not, or what does not work although it can."""

    status: Literal["ready", "not ready"]
    database_connected: bool
    database_writable: bool
    migrated: bool
    reason: str | None = None


class Status(BaseModel):
    """What the service is and whether its databases answer now; `build` is the tag or digest of its image."""

    service: Literal["fastapi"] = "fastapi"
    build: str
    uptime_seconds: float
    database_connected: bool
    database_writable: bool
    replica_connected: bool | None = None
    migrated: bool
    reason: str | None = None


class Read(BaseModel):
    """Rows were read."""

    status: Literal["success"] = "success"
    read: int
    read_from: Literal["primary", "replica"]


class Written(BaseModel):
    """The row that a request wrote."""

    id: int
    request_id: str
    written_at: datetime


class WrittenAndRead(Read):
    """A row was written, and rows were read."""

    written: Written


class Failed(BaseModel):
    """The database could not be used; the reason contains nothing secret."""

    status: Literal["error"] = "error"
    reason: str


class Fault(BaseModel):
    """What was wrong with a request, or with its answering."""

    code: int
    message: str


class FaultResponse(BaseModel):
    """Every response that no endpoint made."""

    error: Fault
    request_id: str
