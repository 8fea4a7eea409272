"""ECS: settings of a service that moto drops at creation, and task definitions that are deregistered.

What becomes of a service's deployments is in `deployments`.
"""

from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.ecs.exceptions import ECSException
from moto.ecs.models import EC2ContainerServiceBackend as Backend
from moto.ecs.responses import EC2ContainerServiceResponse as Response

from stage3c.rehearsal.emulator import (
    agent_reports,
    deployments,
    images,
    run_tasks,
    service_deployments,
    service_tasks,
)
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
    deployments.extend()
    agent_reports.extend()
    service_deployments.extend()
    service_tasks.extend()
    run_tasks.extend()
    images.extend()
    refuse_while(Backend, "create_service", "ClientException", _of_new_service, ECSException)
    refuse_while(Backend, "update_service", "ClientException", _of_service, ECSException)
    refuse_while(Backend, "run_task", "ClientException", _of_task, ECSException)


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
