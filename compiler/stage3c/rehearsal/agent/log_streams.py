"""What containers print, sent to CloudWatch Logs of the emulated account as the awslogs driver does."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stage3c.live.account import Account

_EVENTS_MAX: Final = 1000
_EVENT_MAX_CHARS: Final = 60_000


class LogStream:
    """One container's file and its stream."""

    def __init__(self, account: Account, options: Mapping[str, Any], container: str, task: str, file: Path) -> None:
        """Make the stream: prefix, container and task, as ECS names it."""
        self._account = account
        self._file = file
        self._read = file.stat().st_size if file.exists() else 0
        self._group = str(options["awslogs-group"])
        self._stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{container}/{task}"
        account.ask("logs.create_log_stream", logGroupName=self._group, logStreamName=self._stream)

    def send(self, *, has_ended: bool = False) -> None:
        """Send the lines that are new and whole, and also the last one of a container that has ended.

        Raises `Unanswered`; the next call then sends them again.
        """
        if not self._file.exists():
            return
        with self._file.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        whole = new if has_ended else new[: new.rfind(b"\n") + 1]
        lines = [line[:_EVENT_MAX_CHARS] for line in whole.decode("utf-8", "replace").splitlines() if line.strip()]
        for first in range(0, len(lines), _EVENTS_MAX):
            now = int(time.time() * 1000)
            events = [{"timestamp": now, "message": line} for line in lines[first : first + _EVENTS_MAX]]
            self._account.ask(
                "logs.put_log_events", logGroupName=self._group, logStreamName=self._stream, logEvents=events
            )
        self._read += len(whole)
