"""Deployments of ECS services: what makes one, how it goes on, and how the circuit breaker ends it.

There is no clock: each `describe_services` is one round, in which the tasks of the primary deployment start or fail. What
decides is in `starts`: the account itself, and what a test says of the images. Where an agent really runs the tasks, its
reports decide instead, see `agent_reports`.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html (2026-11-27)
"""

import math
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend as Backend
from moto.moto_api._internal import mock_random

from stage3c.rehearsal.emulator import service_deployments, service_tasks, starts
from stage3c.rehearsal.emulator.starts import StoppedTask

_FEWEST_FAILURES: Final = 3
_MOST_FAILURES: Final = 200
_NEW_WITH: Final = (
    "load_balancers", "network_configuration", "platform_version", "service_connect_configuration", "service_registries",
    "volume_configurations", "vpc_lattice_configurations",
)  # fmt: skip
"""What makes a deployment when it changes, besides the task definition.

botocore's description of UpdateService says so of each parameter (2026-11-28), with
https://docs.aws.amazon.com/cli/v1/reference/ecs/update-service.html.
"""


def extend() -> None:
    """Let services be deployed as they are in AWS."""
    update, describe = Backend.update_service, Backend.describe_services

    def update_and_deploy(backend: Any, service_properties: dict[str, Any]) -> Any:
        told = dict(service_properties)
        service = backend._get_service(told.get("cluster", "default"), told["service"].split("/")[-1])
        before, running = _deployed(service), service.running_count
        kept = {name: value for name, value in service_properties.items() if name != "force_new_deployment"}
        answer = update(backend, kept)  # moto would give the deployment that was there another id
        service.task_definition = backend.describe_task_definition(service.task_definition).arn
        if told.get("force_new_deployment") or _deployed(service) != before:
            begin(service)
        elif service.desired_count != service.pending_count + running:
            _resize(service)
        _count(service)
        return answer

    def describe_after_a_round(backend: Any, cluster_str: str, names: list[str]) -> Any:
        answer = describe(backend, cluster_str, names)
        for service in answer[0]:
            advance(service)
        return answer

    Backend.update_service = update_and_deploy  # type: ignore[method-assign,assignment] # an extension
    Backend.describe_services = describe_after_a_round  # type: ignore[method-assign,assignment] # likewise


def begin_first(service: Any) -> None:
    """The deployment of a service that was created."""
    if service.deployments:
        service.deployments, service.last_completed = [], None
        begin(service)


def begin(service: Any, reason: str = "") -> None:
    """Start a deployment of what a service says now; the others stay while they have tasks."""
    identity = f"ecs-svc/{mock_random.randint(10**18, 10**19 - 1)}"
    made = {
        "id": identity,
        "status": "PRIMARY",
        "taskDefinition": service.task_definition,
        "desiredCount": service.desired_count,
        "pendingCount": service.desired_count,
        "runningCount": 0,
        "failedTasks": 0,
        "createdAt": utcnow(),
        "updatedAt": utcnow(),
        "launchType": service.launch_type,
        "platformVersion": service.platform_version,
        "networkConfiguration": service.network_configuration,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": reason or f"ECS deployment {identity} in progress.",
    }
    others = [{**each, "status": "ACTIVE"} for each in service.deployments if each["runningCount"] or reason]
    service.deployments = [made, *others]
    if not reason:
        service_deployments.remember(service, made)
    _count(service)


def advance(service: Any) -> None:
    """One round of the primary deployment."""
    primary = service.deployments[0] if service.deployments else None
    if primary is None or primary["rolloutState"] != "IN_PROGRESS" or service.status != "ACTIVE" or _has_agent(service):
        return
    stopped = starts.stopped(service) if service.desired_count else None
    if stopped is None:
        _complete(service, primary)
    else:
        _fail(service, primary, stopped)
    _count(service)


def report(service: Any, running: Mapping[str, int], stopped: Sequence[tuple[str, StoppedTask]]) -> None:
    """Take how many tasks of each deployment an agent runs, and which of them stopped, by the ids of deployments."""
    if not _has_agent(service):
        service.has_agent = True
        service.deployments = []
        begin(service)
    for identity, why in stopped:
        primary = service.deployments[0]
        if primary["id"] == identity and primary["rolloutState"] == "IN_PROGRESS":
            _fail(service, primary, why)
        else:
            service_tasks.stopped(service, why)
    primary, *others = service.deployments
    for each in service.deployments:
        each.update(runningCount=running.get(each["id"], 0), pendingCount=0)
    primary.update(pendingCount=max(service.desired_count - primary["runningCount"], 0))
    service.deployments = [primary, *(each for each in others if each["runningCount"])]
    is_running = primary["runningCount"] >= service.desired_count and len(service.deployments) == 1
    if is_running and primary["rolloutState"] == "IN_PROGRESS":
        _complete(service, primary)
    _count(service)


def _fail(service: Any, primary: dict[str, Any], why: StoppedTask) -> None:
    """One task of a deployment that did not start or did not stay."""
    service_tasks.stopped(service, why)
    primary.update(failedTasks=primary["failedTasks"] + 1, updatedAt=utcnow())
    for message in why.events:
        _tell(service, message)
    if primary["failedTasks"] >= _threshold(service) and _breaker(service).get("enable"):
        _give_up(service, primary)


def _has_agent(service: Any) -> bool:
    return bool(getattr(service, "has_agent", False))


def _complete(service: Any, primary: dict[str, Any]) -> None:
    primary.update(
        desiredCount=service.desired_count,
        runningCount=service.desired_count,
        pendingCount=0,
        rolloutState="COMPLETED",
        rolloutStateReason=f"ECS deployment {primary['id']} completed.",
        updatedAt=utcnow(),
    )
    service.deployments, service.last_completed = [primary], primary
    service_tasks.running(service)
    _tell(service, f"(deployment {primary['id']}) deployment completed.")
    _tell(service, "has reached a steady state.")


def _give_up(service: Any, primary: dict[str, Any]) -> None:
    """The circuit breaker: the deployment stays FAILED, and an earlier one that completed is deployed again, once."""
    reason = "ECS deployment circuit breaker: tasks failed to start."
    primary.update(rolloutState="FAILED", rolloutStateReason=reason, pendingCount=0)
    _tell(service, f"(deployment {primary['id']}) deployment failed: tasks failed to start.")
    earlier, is_way_back = service.last_completed, getattr(service, "way_back", None) == primary["id"]
    if (
        earlier is None
        or is_way_back
        or not _breaker(service).get("rollback")
        or not _is_active(service, earlier["taskDefinition"])
    ):
        return
    _tell(service, f"rolling back to deployment {earlier['id']}.")
    service.task_definition = earlier["taskDefinition"]
    begin(service, f"ECS deployment circuit breaker: rolling back to deploymentId {earlier['id']}.")
    service.way_back = service.deployments[0]["id"]


def _threshold(service: Any) -> int:
    half = math.ceil(int(service.desired_count) / 2)
    return min(max(half, _FEWEST_FAILURES), _MOST_FAILURES)


def _breaker(service: Any) -> dict[str, bool]:
    configured: dict[str, Any] = getattr(service, "deployment_configuration", None) or {}
    return configured.get("deploymentCircuitBreaker") or {}


def _is_active(service: Any, definition: str) -> bool:
    return bool(service._backend.describe_task_definition(definition).status == "ACTIVE")


def _deployed(service: Any) -> list[Any]:
    return [str(service.task_definition).rpartition("/")[2], *(getattr(service, name, None) for name in _NEW_WITH)]


def _resize(service: Any) -> None:
    """More or fewer tasks of what is deployed; no deployment is made for that."""
    if _has_agent(service):
        service.deployments[0].update(desiredCount=service.desired_count)
        return
    for deployment in service.deployments:
        is_running, begins = (deployment["rolloutState"] == state for state in ("COMPLETED", "IN_PROGRESS"))
        deployment.update(
            desiredCount=service.desired_count,
            runningCount=service.desired_count if is_running else 0,
            pendingCount=service.desired_count if begins else 0,
        )
        if is_running:
            service_tasks.running(service)


def _count(service: Any) -> None:
    """The counts of a service are those of its deployments."""
    service.running_count = sum(each["runningCount"] for each in service.deployments)
    service.pending_count = sum(each["pendingCount"] for each in service.deployments)


def _tell(service: Any, message: str) -> None:
    """An event, the newest first."""
    event = {"id": str(uuid.uuid4()), "createdAt": utcnow(), "message": f"(service {service.name}) {message}"}
    service.events.insert(0, event)
