"""Logs: one JSON object per line on standard output, with the id of the request that it belongs to.

The Node.js service writes the same fields, the same level names and the same time format.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
FIELDS: Final = (
    "method",
    "path",
    "status",
    "duration_ms",
    "client",
    "user_agent",
    "trace_id",
    "reason",
    "error",
    "migrations",
    "migration",
    "sqlstate",
)
LEVELS: Final = {"WARNING": "WARN", "CRITICAL": "ERROR"}


class JsonLines(logging.Formatter):
    """A record as one line of JSON.

    Of an exception it writes the type and the frames, never the text: drivers and clients may put a value there.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        written_at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "time": written_at.replace("+00:00", "Z"),
            "level": LEVELS.get(record.levelname, record.levelname),
            "message": record.getMessage(),
        }
        if current := request_id.get():
            line["request_id"] = current
        line |= {field: value for field in FIELDS if (value := getattr(record, field, None)) is not None}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["frames"] = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(record.exc_info[2])]
        return json.dumps(line, ensure_ascii=False)


def start(level: str) -> None:
    """Send all logs from this level on to standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    number = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=number, handlers=[handler], force=True)
    for name in ("boto3", "botocore", "urllib3", "uvicorn.error", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, number))
    # The pool logs every failed attempt; `app.outages` logs when a database is lost and when it answers again.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
