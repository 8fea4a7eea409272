<<<<<<< HEAD
"""ECS: settings of a service that moto drops at creation, and tasks that run as soon as they are desired.

A task of `run_task` runs until its end is told by `submit_task_state_change`, as the agent of ECS tells it: for one task by its
ARN, or beforehand for all tasks of a family by its name. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SubmitTaskStateChange.html
(from memory)
"""
||||||| 70d764f
"""ECS: settings of a service that moto drops at creation, and tasks that run as soon as they are desired."""
=======
"""ECS: settings of a service that moto drops at creation, and task definitions that are deregistered.

What becomes of a service's deployments is in `deployments`.
"""
>>>>>>> main

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
<<<<<<< HEAD
from moto.ecs.models import EC2ContainerServiceBackend as Backend
||||||| 70d764f
=======
from moto.ecs.exceptions import ECSException
from moto.ecs.models import EC2ContainerServiceBackend as Backend
>>>>>>> main
from moto.ecs.responses import EC2ContainerServiceResponse as Response

from stage3c.rehearsal.emulator import deployments, health, images, service_tasks
from stage3c.rehearsal.emulator.refusals import refuse_while

_DROPPED = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)


def extend() -> None:
    """Keep what was told; a service has a launch type or capacity providers, never both."""
    create = Response.create_service

    def create_in_full(response: Any) -> Any:
        answer = create(response)
        service: Any = answer.result["service"]  # type: ignore[index] # a dict
        for name in _DROPPED:
            told = response._get_param(name)
            if told is not None:
                setattr(service, camelcase_to_underscores(name), told)
        if getattr(service, "capacity_provider_strategy", None):
            service.launch_type = None
        deployments.begin_first(service)
        return answer

    Response.create_service = create_in_full  # type: ignore[method-assign,assignment] # an extension
<<<<<<< HEAD
    Response.submit_task_state_change = _submitted  # type: ignore[attr-defined] # likewise
    _let_tasks_run()


def _let_tasks_run() -> None:
    """A new task runs until it is told to end, or as the end of its family was told before."""
    run = Backend.run_task

    def run_until_told(backend: Any, *arguments: Any, **more: Any) -> Any:
        tasks: Any = run(backend, *arguments, **more)
        for task in tasks:
            task._transitions = []
            for container in task.containers:
                container.exitCode = None
            ends = getattr(backend, "ends", {})
            family = task.task_definition_arn.rpartition("/")[2].partition(":")[0]
            if family in ends:
                _end(task, ends[family])
        return tasks

    Backend.run_task = run_until_told  # type: ignore[method-assign,assignment] # an extension


def _submitted(response: Any) -> ActionResult:
    backend, cluster = response.ecs_backend, response._get_param("cluster", "default").rpartition("/")[2]
    told = {name: response._get_param(name) for name in ("task", "status", "reason", "containers")}
    task = backend.tasks.get(cluster, {}).get(told["task"])
    if task is None:
        backend.ends = {**getattr(backend, "ends", {}), told["task"]: told}
    elif told["status"] == "STOPPED":
        _end(task, told)
    return ActionResult({"acknowledgment": "ACCEPT"})


def _end(task: Any, told: Any) -> None:
    task.last_status = task.desired_status = "STOPPED"
    task.stopped_reason = told["reason"] or "Essential container in task exited"
    for container in told["containers"] or ():
        for own in task.containers:
            if own.name == container.get("containerName"):
                own.exitCode, own.reason = container.get("exitCode"), container.get("reason")
||||||| 70d764f
=======
    deployments.extend()
    service_tasks.extend()
    health.extend()
    images.extend()
    refuse_while(Backend, "create_service", "ClientException", _of_new_service, ECSException)
    refuse_while(Backend, "update_service", "ClientException", _of_service, ECSException)
    refuse_while(Backend, "run_task", "ClientException", _of_task, ECSException)
>>>>>>> main


def _inactive(backend: Any, definition: str | None) -> str:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html (2026-11-27)."""
    inactive = definition and backend.describe_task_definition(definition).status == "INACTIVE"
    return "TaskDefinition is inactive" if inactive else ""


def _of_new_service(
    backend: Any, _cluster: str, _name: str, _count: int, task_definition_str: str | None = None, *_: Any, **__: Any
) -> str:
    return _inactive(backend, task_definition_str)


def _of_service(backend: Any, service_properties: dict[str, Any]) -> str:
    return _inactive(backend, service_properties.get("task_definition"))


def _of_task(backend: Any, _cluster: str, task_definition_str: str, *_: Any, **__: Any) -> str:
    return _inactive(backend, task_definition_str)
