"""The health check of a container, counted as ECS counts it. Pure.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html (2026-11-28): the first success makes it HEALTHY;
failures in a row make it UNHEALTHY, and those of the start period do not count.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

State = Literal["UNKNOWN", "HEALTHY", "UNHEALTHY"]
PACE: Final = 10.0
"""The intervals are this many times shorter than in AWS."""
START_PACE: Final = 2.0
"""The start periods too, but only by this much: a process starts no faster here than there."""
TIMEOUT_MIN_SECONDS: Final = 2.0


class HealthCheck(Struct, frozen=True):
    """A command and its counts; times in seconds, already shortened."""

    command: tuple[str, ...]
    interval: float
    timeout: float
    retries: int
    start: float


class Health(Struct, frozen=True):
    """How a container is after some checks."""

    state: State = "UNKNOWN"
    failures: int = 0
    said: str = ""


def health_check(container: Mapping[str, Any]) -> HealthCheck | None:
    """The check of a container definition, with ECS's defaults; None if it has none."""
    told = container.get("healthCheck")
    words: Sequence[str] = (told or {}).get("command") or ()
    if told is None or not words or words[0] == "NONE":
        return None
    command = ("/bin/sh", "-c", *words[1:]) if words[0] == "CMD-SHELL" else (*words[words[0] == "CMD" :],)
    return HealthCheck(
        command,
        float(told.get("interval") or 30) / PACE,
        max(float(told.get("timeout") or 5), TIMEOUT_MIN_SECONDS),
        int(told.get("retries") or 3),
        float(told.get("startPeriod") or 0) / START_PACE,
    )


def after(health: Health, check: HealthCheck, failure: str | None, age: float) -> Health:
    """Count one result: None is a success; `age` is the number of seconds since the container started."""
    if failure is None:
        return Health("HEALTHY")
    if age < check.start and health.state == "UNKNOWN":
        return replace(health, said=failure)
    failures = health.failures + 1
    return Health("UNHEALTHY" if failures >= check.retries else health.state, failures, failure)
