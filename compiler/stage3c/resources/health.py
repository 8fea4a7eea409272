"""How patient a target group is with a task that is not ready: ECS replaces the task when that patience ends.

"The service scheduler also replaces tasks determined to be unhealthy after a container health check or a load balancer target
group health check fails.": https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html (read 2026-11-28)
"""

from typing import Final

from stage3c.language.model.service import ReadyCheck

# "Failover times are typically 60-120 seconds."
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html (read 2026-11-28)
FAILOVER_MAX_SECONDS: Final = 120
# New connections, with a new address from the DNS, and the next check.
RECOVERY_MAX_SECONDS: Final = 10
UNHEALTHY_THRESHOLD: Final = 3
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (read 2026-11-28)
THRESHOLD_MAX: Final = 10


def unhealthy_threshold(ready: ReadyCheck) -> int:
    """How many checks in a row must fail: those given, else 3, else as many as outlast a failover of what the check touches."""
    if ready.unhealthy_threshold is not None:
        return ready.unhealthy_threshold
    return patient_threshold(ready.interval_seconds) if ready.touches else UNHEALTHY_THRESHOLD


def patient_threshold(interval_seconds: int) -> int:
    """The smallest threshold that outlasts a failover, or the largest that Elastic Load Balancing accepts."""
    checks = -(-(FAILOVER_MAX_SECONDS + RECOVERY_MAX_SECONDS) // interval_seconds)
    return min(max(checks + 1, UNHEALTHY_THRESHOLD), THRESHOLD_MAX)


def tolerated_seconds(ready: ReadyCheck) -> int:
    """How long a database may be lost until a task can be unhealthy: the first check may fail in its first moment."""
    return (unhealthy_threshold(ready) - 1) * ready.interval_seconds
