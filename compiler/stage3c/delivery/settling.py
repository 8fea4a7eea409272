"""How one deployment of an ECS service ends, found by its id: one that is rolled back or replaced has not succeeded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from stage3c.aws.kinds.kind import Aws
from stage3c.delivery.running import described
from stage3c.disclosure import masked
from stage3c.pipeline import Build

Outcome = Literal["completed", "failed", "replaced", "unsettled"]
WORDS: Final[Mapping[Outcome, str]] = {
    "completed": "completed",
    "failed": "failed",
    "replaced": "was rolled back or replaced by another deployment",
    "unsettled": "has not ended in time",
}


@dataclass(frozen=True, slots=True)
class Settled:
    """How it ended, and why if ECS says so."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is."""

    running: int
    desired: int
    failed: int

    def __str__(self) -> str:
        """Shape: "1 of 2 tasks running, 3 failed"."""
        return f"{self.running} of {self.desired} tasks running" + (f", {self.failed} failed" if self.failed else "")


def primary_id(service: Mapping[str, Any]) -> str:
    """The id of the deployment that a service is to have."""
    ids = (str(each["id"]) for each in service.get("deployments", []) if each.get("status") == "PRIMARY")
    return next(ids, "")


def settle(aws: Aws, build: Build, key: str, deployment: str, again: Callable[[Progress], bool]) -> Settled:
    """Poll until the deployment has ended. `again` takes its progress, pauses, and returns whether to go on."""
    while True:
        service = described(aws, build, key) or {}
        told = next((each for each in service.get("deployments", []) if each.get("id") == deployment), None)
        if told is None:
            return Settled("replaced")
        ended = _ended(told, service)
        if ended is not None:
            return ended
        counts = (int(told.get(name) or 0) for name in ("runningCount", "desiredCount", "failedTasks"))
        if not again(Progress(*counts)):
            return Settled("unsettled", masked(str(told.get("rolloutStateReason") or "")))


def _ended(told: Mapping[str, Any], service: Mapping[str, Any]) -> Settled | None:
    """Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html (2026-11-28)."""
    state, reason = told.get("rolloutState"), masked(str(told.get("rolloutStateReason") or ""))
    if state == "FAILED":
        return Settled("failed", reason)
    if told.get("status") != "PRIMARY":
        return Settled("replaced", reason)
    if state == "COMPLETED":
        return Settled("completed")
    alone = len(service.get("deployments", [])) == 1 and told.get("runningCount") == told.get("desiredCount")
    return Settled("completed") if state is None and alone else None
