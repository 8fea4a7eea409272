"""The shapes of all answers, from which the OpenAPI description is made."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel


class Alive(BaseModel):
    """The process runs; nothing else was looked at."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether traffic is welcome."""

    status: Literal["ready", "not ready"]
    database_connected: bool
    migrated: bool


class Status(BaseModel):
    """What the service is and whether its databases answer now."""

    service: Literal["fastapi"] = "fastapi"
    version: str
    uptime_seconds: float
    database_connected: bool
    replica_connected: bool | None = None
    migrated: bool


class Written(BaseModel):
    """The row that this request wrote."""

    id: int
    request_id: str
    written_at: datetime


class Tested(BaseModel):
    """A row was written, and rows were read."""

    status: Literal["success"] = "success"
    written: Written
    read: int
    read_from: Literal["primary", "replica"]


class Failed(BaseModel):
    """The database could not be used; the reason holds nothing secret."""

    status: Literal["error"] = "error"
    reason: str


class Fault(BaseModel):
    """What was wrong with a request, or with its answering."""

    code: int
    message: str


class FaultAnswer(BaseModel):
    """Every answer that no endpoint made."""

    error: Fault
    request_id: str
