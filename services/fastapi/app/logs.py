"""Logs: one JSON object a line on standard output, with the id of the request that it belongs to."""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
FIELDS: Final = ("method", "path", "status", "duration_ms", "reason", "error", "migrations")


class JsonLines(logging.Formatter):
    """A record as one line of JSON.

    Of an exception it tells the type and the places, never its text: what a driver or a client writes there may hold a value.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if asked := request_id.get():
            line["request_id"] = asked
        line |= {field: getattr(record, field) for field in FIELDS if hasattr(record, field)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["places"] = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])]
        return json.dumps(line, ensure_ascii=False)


def start(level: str) -> None:
    """Send all logs to standard output, from this level on."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("boto3", "botocore", "urllib3", "uvicorn.error"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    # The pool tells of every failed attempt; `app.database` tells once that the database went, and once that it came back.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
