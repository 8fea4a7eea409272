"""What runs of a service: its ECS service as AWS describes it, and the task definition that its tasks have."""

from collections.abc import Collection
from typing import Any

from stage3c.aws.kinds.kind import Aws, Refused
from stage3c.delivery.causes import name_of
from stage3c.diagnostics import clip
from stage3c.live.account import LiveError, UsageError
from stage3c.pipeline import Build
from stage3c.wording import nearest

_MISSING = frozenset({"ClusterNotFoundException", "ServiceNotFoundException"})


def cluster_of(build: Build) -> str:
    """The AWS name of the stack's cluster."""
    assert build.graph is not None
    return name_of(build.graph, "aws_ecs_cluster.main")


def service_of(build: Build, key: str) -> str:
    """The AWS name of a service; one that the spec does not have is refused, with the nearest one that it has."""
    assert build.graph is not None
    return name_of(build.graph, f"aws_ecs_service.{known(key, build.stack.services, 'service')}")


def container_of(build: Build, key: str) -> str:
    """The name of a service's container."""
    return build.stack.services[known(key, build.stack.services, "service")].formerly or key


def known(key: str, keys: Collection[str], kind: str) -> str:
    """The key itself, or a refusal that names those that exist."""
    if key not in keys:
        near = nearest(key, keys)
        fix = f"use {near or ', '.join(keys)}." if keys else f"write a {kind} into the spec first."
        raise UsageError(f"{clip(key)} is not a {kind} of the spec.", fix)
    return key


def described(aws: Aws, build: Build, key: str) -> Any:  # noqa: ANN401 - what AWS answers
    """The ECS service as `describe_services` gives it, or None if it is not there."""
    name = service_of(build, key)
    try:
        found = aws.ask("ecs.describe_services", cluster=cluster_of(build), services=[name])["services"]
    except Refused as refused:
        if refused.code in _MISSING:
            return None
        raise
    return next((each for each in found if each.get("status") == "ACTIVE"), None)


def deployed(aws: Aws, build: Build, key: str) -> Any:  # noqa: ANN401 - what AWS answers
    """The same, or an error where the service was never applied."""
    service = described(aws, build, key)
    if service is None:
        cause = f"the ECS service {service_of(build, key)} does not exist."
        raise LiveError(cause, "terraform -chdir=FOLDER apply")
    return service


def definition(aws: Aws, name: str) -> Any:  # noqa: ANN401 - what AWS answers
    """A task definition by its ARN or as `family:revision`."""
    return aws.ask("ecs.describe_task_definition", taskDefinition=name)["taskDefinition"]


def short(arn: str) -> str:
    """Shape: "arn:aws:ecs:eu-west-1:1:task-definition/shop-web:7" -> "shop-web:7"."""
    return arn.rpartition("/")[2]


def image_in(task: Any, container: str) -> str:  # noqa: ANN401 - what AWS answers
    """The image that a task definition has for a container; empty if it has no such container."""
    images = (each.get("image") for each in task.get("containerDefinitions", []) if each.get("name") == container)
    return str(next(images, None) or "")
