"""ECS: settings of a service that moto drops at creation, and tasks that run as soon as they are desired."""

from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.ecs.responses import EC2ContainerServiceResponse as Response

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
        _run(service)
        return answer

    Response.create_service = create_in_full  # type: ignore[method-assign,assignment] # an extension


def _run(service: Any) -> None:
    if getattr(service, "capacity_provider_strategy", None):
        service.launch_type = None
    service.running_count, service.pending_count = service.desired_count, 0
    for deployment in service.deployments:
        deployment.update(runningCount=service.desired_count, pendingCount=0, rolloutState="COMPLETED")
