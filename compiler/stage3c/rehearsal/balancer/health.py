"""How the answers to health checks make a target healthy or unhealthy. Pure.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (2026-11-28): a new
target is healthy after one check that passes; the thresholds count consecutive checks from then on.
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from stage3c.rehearsal.balancer.configuration import HealthCheck

State = Literal["initial", "healthy", "unhealthy", "draining", "unused"]
_RESPONSE: Final = "Target.ResponseCodeMismatch"
TIMEOUT: Final = "Target.Timeout"
CONNECTION: Final = "Target.FailedHealthChecks"


class Failure(Struct, frozen=True):
    """Why a check fails, as `describe_target_health` says it."""

    reason: str
    description: str


_FIXED: Final[Mapping[State, Failure]] = {
    "initial": Failure("Elb.InitialHealthChecking", "Initial health checks in progress"),
    "draining": Failure("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unused": Failure("Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"),
}


class Health(Struct, frozen=True):
    """What is known of a target."""

    state: State = "initial"
    streak: int = 0
    """Consecutive checks against the present state."""
    failure: Failure | None = None

    @property
    def reason(self) -> str:
        """Reason code; empty for a healthy target."""
        return self._why.reason

    @property
    def description(self) -> str:
        """The reason as a sentence; empty for a healthy target."""
        return self._why.description

    @property
    def _why(self) -> Failure:
        return self.failure if self.state == "unhealthy" and self.failure else _FIXED.get(self.state, Failure("", ""))


def after(health: Health, failure: Failure | None, check: HealthCheck) -> Health:
    """The health after one more check, which passed if there is no failure."""
    if failure is None:
        if health.state in {"healthy", "initial"}:
            return Health("healthy")
        streak = health.streak + 1
        return Health("healthy") if streak >= check.healthy_threshold else replace(health, streak=streak)
    if health.state == "unhealthy":
        return replace(health, streak=0, failure=failure)
    streak = health.streak + 1
    if streak >= check.unhealthy_threshold:
        return Health("unhealthy", 0, failure)
    return Health(health.state, streak, failure)


def answered(status: int, matcher: str) -> Failure | None:
    """What is wrong with the status of an answer; None if it passes."""
    if matches(matcher, status):
        return None
    return Failure(_RESPONSE, f"Health checks failed with these codes: [{status}]")


def matches(matcher: str, status: int) -> bool:
    """Tell whether a status is one of `200`, `200,202` or `200-299`."""
    for part in matcher.split(","):
        first, _, last = part.strip().partition("-")
        if int(first) <= status <= int(last or first):
            return True
    return False
