"""The health of the targets that ECS registers: a target group's own check, asked of what a test says is in the image.

Of an image about which nothing is said no targets are shown: what `elbv2` was told by something that runs decides there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.ecs.models import ecs_backends
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, elbv2_backends

from stage3c.rehearsal.emulator import images

_FAILED: Final = "Target.FailedHealthChecks"
_WRONG_CODE: Final = "Target.ResponseCodeMismatch"


@dataclass(frozen=True, slots=True)
class State:
    """As ELB describes it.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (from memory)
    """

    state: str = "healthy"
    reason: str | None = None
    description: str | None = None


def extend() -> None:
    """Describe the targets of ECS services."""
    describe = ELBv2Backend.describe_target_health

    def describe_with_tasks(backend: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> Any:
        return [
            *describe(backend, target_group_arn, targets),
            *([] if targets else _registered(backend, target_group_arn)),
        ]

    ELBv2Backend.describe_target_health = describe_with_tasks  # type: ignore[method-assign,assignment] # an extension


def of_target(service: Any, balancer: Mapping[str, Any]) -> State:
    """How a task of what a service deploys answers the health check of a target group."""
    group = elbv2_backends[service._account_id][service.region_name].target_groups.get(
        str(balancer.get("targetGroupArn"))
    )
    container = next((each for each in _containers(service) if each["name"] == balancer["containerName"]), None)
    if group is None or container is None:
        return State()
    told = str(group.health_check_port or "traffic-port")
    port = int(told) if told.isdigit() else int(balancer["containerPort"])
    status = images.conduct_of(service._backend, str(container["image"])).status(port, group.health_check_path or "/")
    if status is None:
        return State("unhealthy", _FAILED, "Health checks failed")
    if not _matches(status, str((group.matcher or {}).get("HttpCode", "200"))):
        return State("unhealthy", _WRONG_CODE, f"Health checks failed with these codes: [{status}]")
    return State()


def _containers(service: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service._backend.describe_task_definition(
        service.task_definition
    ).container_definitions
    return found


def _is_told(service: Any) -> bool:
    return any(images.conduct_of(service._backend, str(each["image"])) != images.WORKS for each in _containers(service))


def _matches(status: int, matcher: str) -> bool:
    """`200`, `200,202` or `200-299`."""
    ranges = (each.partition("-") for each in matcher.split(","))
    return any(int(first) <= status <= int(last or first) for first, _, last in ranges)


def _registered(backend: Any, group: str) -> Iterator[FakeHealthStatus]:
    """One target for each task that a service runs."""
    for service in [*ecs_backends[backend.account_id][backend.region_name].services.values()]:
        for balancer in service.load_balancers:
            if balancer.get("targetGroupArn") == group and service.status == "ACTIVE" and _is_told(service):
                state, port = of_target(service, balancer), str(balancer["containerPort"])
                for number in range(service.running_count):
                    yield FakeHealthStatus(
                        f"10.0.0.{number + 4}", port, port, state.state, state.reason, state.description
                    )
