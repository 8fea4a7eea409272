"""Whether the tasks of a service start, and stay: decided by what the account has, and by what a test says of the images."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from moto.ecr.models import ecr_backends
from msgspec import Struct

from stage3c.rehearsal.agent.start import variables
from stage3c.rehearsal.agent.stopped import Stopped
from stage3c.rehearsal.balancer.health import Failure
from stage3c.rehearsal.emulator import health, images, ways
from stage3c.rehearsal.emulator.surroundings import surroundings
from stage3c.resources.repositories import private_image

_NO_WAY: Final = (
    "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: "
    "There is a connection issue between the task and Amazon ECR. Check your task network configuration. "
    "RequestError: send request failed: dial tcp: i/o timeout"
)
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html (from memory)."""


class StoppedTask(Struct, frozen=True):
    """Why a task stopped, with the exit code and the log of its container, and the events of its service."""

    reason: str
    exit_code: int | None = None
    log: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


def stopped(service: Any) -> StoppedTask | None:
    """Why the tasks of a service do not start, or do not stay; None if they run."""
    definition = service._backend.describe_task_definition(service.task_definition)
    try:
        _start(service, definition)
    except Stopped as reason:
        return StoppedTask(reason.reason, events=(f"was unable to start a task. Reason: {reason.reason}",))
    return next(_ending(service, definition), None)


def _start(service: Any, definition: Any) -> None:
    """All that ECS does before it starts the containers; raises `Stopped`."""
    where = (service.network_configuration or {}).get("awsvpcConfiguration") or {}
    if where and not ways.lead_to_aws(service._account_id, service.region_name, where):
        raise Stopped(_NO_WAY, "no route leads to ECR")
    around = surroundings(
        service._account_id, service.region_name, getattr(definition, "execution_role_arn", None) or ""
    )
    for container in definition.container_definitions:
        variables(container, around)
        _require_image(service, str(container["image"]))


def _require_image(service: Any, image: str) -> None:
    """An image in a registry of this account; what stands in others is there."""
    place = private_image(image)
    if place is None or place.account != service._account_id:
        return
    repository = ecr_backends[place.account][place.region].repositories.get(place.repository)
    pushed = repository.images if repository else ()
    if not any(place.version in (*each.image_tags, each.get_image_digest()) for each in pushed):
        raise Stopped(f"CannotPullContainerError: failed to resolve ref {image}: {image}: not found", "no such image")


def _ending(service: Any, definition: Any) -> Iterator[StoppedTask]:
    """What happens to containers that have started."""
    for container in definition.container_definitions:
        conduct = images.conduct_of(service._backend, str(container["image"]))
        if conduct.exit_code is not None:
            yield StoppedTask("Essential container in task exited", conduct.exit_code, conduct.log)
        yield from (_unhealthy(balancer, failure, conduct) for balancer, failure in _failing(service, container))


def _failing(service: Any, container: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Failure]]:
    for balancer in service.load_balancers:
        failure = health.of_target(service, balancer)
        if balancer.get("containerName") == container["name"] and failure:
            yield balancer, failure


def _unhealthy(balancer: Mapping[str, Any], failure: Failure, conduct: images.Conduct) -> StoppedTask:
    group = balancer["targetGroupArn"]
    event = f"(port {balancer['containerPort']}) is unhealthy in (target-group {group}) due to (reason {failure.description})."
    return StoppedTask(f"Task failed ELB health checks in (target-group {group})", None, conduct.log, (event,))
