"""The health of the targets that ECS registers: a target group's own check, asked of what a test says is in the image.

A test that says nothing of an image sees no targets of its tasks: those that really run are in what `elbv2` was told.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.ecs.models import ecs_backends
from moto.elbv2.models import FakeHealthStatus, elbv2_backends

from stage3c.rehearsal.balancer.health import CONNECTION, Failure, answered
from stage3c.rehearsal.emulator import images


def of_target(service: Any, balancer: Mapping[str, Any]) -> Failure | None:
    """Why a task of what a service deploys fails the health check of a target group; None if it passes."""
    group = elbv2_backends[service._account_id][service.region_name].target_groups.get(
        str(balancer.get("targetGroupArn"))
    )
    container = next((each for each in _containers(service) if each["name"] == balancer["containerName"]), None)
    if group is None or container is None:
        return None
    told = str(group.health_check_port or "traffic-port")
    port = int(told) if told.isdigit() else int(balancer["containerPort"])
    status = images.conduct_of(service._backend, str(container["image"])).status(port, group.health_check_path or "/")
    if status is None:
        return Failure(CONNECTION, "Health checks failed")
    return answered(status, str((group.matcher or {}).get("HttpCode", "200")))


def _containers(service: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service._backend.describe_task_definition(
        service.task_definition
    ).container_definitions
    return found


def _is_told(service: Any) -> bool:
    return any(images.conduct_of(service._backend, str(each["image"])) != images.WORKS for each in _containers(service))


def of_tasks(backend: Any, group: str) -> Iterator[FakeHealthStatus]:
    """One target for each task that a service runs."""
    for service in [*ecs_backends[backend.account_id][backend.region_name].services.values()]:
        for balancer in service.load_balancers:
            if balancer.get("targetGroupArn") == group and service.status == "ACTIVE" and _is_told(service):
                failure, port = of_target(service, balancer), str(balancer["containerPort"])
                why = ("unhealthy", failure.reason, failure.description) if failure else ("healthy", None, None)
                for number in range(service.running_count):
                    yield FakeHealthStatus(f"10.0.0.{number + 4}", port, port, *why)
