"""What is logged about something that is lost: why, again every ten seconds, and when it answers again."""

import logging
from time import monotonic
from typing import Final

REPEAT_AFTER_SECONDS: Final = 10.0

logger = logging.getLogger(__name__)


class OutageLog:
    """The outage of one thing, which `name` names in the log."""

    def __init__(self, name: str) -> None:
        """Start without an outage."""
        self._name = name
        self._lost_at: float | None = None
        self._logged_at = float("-inf")
        self._is_logged = False

    def failed(self, reason: str) -> None:
        """Log a failure, unless the last one was logged a moment ago."""
        now = monotonic()
        if self._lost_at is None:
            self._lost_at, self._is_logged = now, False
        if now - self._logged_at >= REPEAT_AFTER_SECONDS:
            self._logged_at, self._is_logged = now, True
            logger.warning("no connection to %s", self._name, extra={"reason": reason})

    def succeeded(self) -> None:
        """Log that the outage is over, if there was one."""
        if self._lost_at is not None and self._is_logged:
            logger.warning("%s answers again after %.1f s", self._name, monotonic() - self._lost_at)
        self._lost_at = None
