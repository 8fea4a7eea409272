"""The log of a service from CloudWatch Logs: events in order, as lines without secrets; which of them report an error."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from stage3c.aws.kinds.kind import Aws, Refused
from stage3c.delivery.causes import name_of
from stage3c.delivery.running import known
from stage3c.diagnostics import clip
from stage3c.disclosure import masked
from stage3c.live.account import LiveError, UsageError
from stage3c.pipeline import Build

_SINCE: Final = re.compile(r"([1-9][0-9]{0,5})(s|m|h|d|w)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LATE_MS: Final = 60_000
"""Events arrive out of order across streams; while following, those of the last minute are read again."""
_LEVELS: Final = ("level", "severity", "levelname", "lvl")
_BAD_LEVELS: Final = frozenset({"err", "error", "critical", "crit", "fatal", "alert", "emerg", "emergency", "panic"})
_PINO_ERROR: Final = 50
"""Pino and Bunyan write levels as numbers: https://getpino.io/#/docs/api?id=loggerlevels-object (from memory)."""
_ERROR: Final = re.compile(r"(?:error|exception|traceback|critical|fatal|panic)\b", re.IGNORECASE)
_MESSAGE_MAX_CHARS: Final = 20_000
_TASK_CHARS: Final = 8


@dataclass(frozen=True, slots=True)
class Event:
    """One event: when, by which task, and what it says, without secrets."""

    time: datetime
    task: str
    line: str
    is_error: bool

    def __str__(self) -> str:
        """Shape: "2026-11-28 08:00:00 0a1b2c3d GET /ready 200"."""
        return f"{self.time:%Y-%m-%d %H:%M:%S} {self.task} {self.line}"


def since_ms(text: str, now: datetime) -> int:
    """The time that `1h` or `30m` ago was, in milliseconds since 1970."""
    found = _SINCE.fullmatch(text)
    if found is None:
        raise UsageError(f"{clip(text)} is not a duration.", "write for example 30s, 15m, 1h or 2d.")
    return int(now.timestamp() * 1000) - int(found[1]) * _SECONDS[found[2]] * 1000


def group_of(build: Build, key: str) -> str:
    """The log group of a service or a job."""
    assert build.graph is not None
    known(key, {**build.stack.services, **build.stack.jobs}, "service or job")
    kind = "service" if key in build.stack.services else "job"
    return name_of(build.graph, f"aws_cloudwatch_log_group.{kind}_{key}")


def events(aws: Aws, group: str, start_ms: int, again: Callable[[], bool] = lambda: False) -> Iterator[Event]:
    """The events since a time, all pages of them; and, as long as `again` says so, those that came since."""
    seen: dict[str, int] = {}
    while True:
        for told in _told(aws, group, start_ms):
            identity = str(told.get("eventId") or (told.get("logStreamName"), told["timestamp"], told["message"]))
            if identity not in seen:
                seen[identity] = int(told["timestamp"])
                yield _event(told)
        if not again():
            return
        start_ms = max(start_ms, max(seen.values(), default=start_ms) - _LATE_MS)
        seen = {identity: when for identity, when in seen.items() if when >= start_ms}


def reports_an_error(line: str) -> bool:
    """Tell whether a line of a log reports an error: by its level if it is JSON, and by its words if it is not."""
    try:
        told = json.loads(line) if line.startswith("{") else None
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict):
        level = next((told[name] for name in _LEVELS if name in told), None)
        if isinstance(level, int | float):
            return level >= _PINO_ERROR
        if isinstance(level, str):
            return level.lower() in _BAD_LEVELS
    return _ERROR.search(line) is not None


def _told(aws: Aws, group: str, start_ms: int) -> Iterator[Any]:
    try:
        yield from aws.all("logs.filter_log_events", "events", logGroupName=group, startTime=start_ms)
    except Refused as refused:
        if refused.code == "ResourceNotFoundException":
            cause = f"the log group {group} does not exist."
            raise LiveError(cause, "terraform -chdir=FOLDER apply") from None
        raise


def _event(told: Any) -> Event:  # noqa: ANN401 - what AWS answers
    whole = str(told["message"])[:_MESSAGE_MAX_CHARS].rstrip()
    time = datetime.fromtimestamp(int(told["timestamp"]) / 1000, UTC)
    task = str(told.get("logStreamName", "")).rpartition("/")[2][:_TASK_CHARS]
    return Event(time, task, masked(whole), reports_an_error(whole))
