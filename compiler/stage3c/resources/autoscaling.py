"""Autoscaling of services by CPU and memory."""

from collections.abc import Iterator

from stage3c.graph import Lifecycle, Origin, Ref, Resource, Text, Value
from stage3c.language.model.service import Service
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import named

_METRICS = {"cpu": "ECSServiceAverageCPUUtilization", "memory": "ECSServiceAverageMemoryUtilization"}
_COOLDOWN_SECONDS = {"scale_in_cooldown": 300, "scale_out_cooldown": 60}


def autoscaling(stack: Stack) -> Iterator[Resource]:
    """A target and its policies for each service whose number of tasks may change.

    AWS forgets both when a service is deleted, and their own arguments do not show it: they are replaced with the service. A
    reference to the whole service would replace them with every update of it.
    """
    for name, service in stack.services.items():
        if not scales(service):
            continue
        follows = Lifecycle(replace_triggered_by=(f"aws_ecs_service.{name}.id",))
        target, origin = f"aws_appautoscaling_target.{name}", Origin(("services", name, "scale"))
        common: dict[str, Value] = {
            "service_namespace": "ecs",
            "scalable_dimension": "ecs:service:DesiredCount",
            "resource_id": Text(
                "service/", Ref("aws_ecs_cluster.main", "name"), "/", Ref(f"aws_ecs_service.{name}", "name")
            ),
        }
        capacity: dict[str, Value] = {"min_capacity": service.scale.min, "max_capacity": service.scale.max}
        yield Resource("aws_appautoscaling_target", name, {**common, **capacity}, origin, lifecycle=follows)
        for metric, percent in (("cpu", service.scale.cpu_percent), ("memory", service.scale.memory_percent)):
            if percent is not None:
                same: dict[str, Value] = {key: Ref(target, key) for key in common}
                policy = {**same, **_policy(stack, name, metric, percent)}
                yield Resource("aws_appautoscaling_policy", f"{name}_{metric}", policy, origin, lifecycle=follows)


def scales(service: Service) -> bool:
    """Tell whether autoscaling owns a service's number of tasks."""
    return service.scale.min < service.scale.max


def _policy(stack: Stack, name: str, metric: str, percent: int) -> dict[str, Value]:
    tracking: dict[str, Value] = {
        "predefined_metric_specification": [{"predefined_metric_type": _METRICS[metric]}],
        "target_value": percent,
        **_COOLDOWN_SECONDS,
    }
    return {
        "name": named(stack, "aws_appautoscaling_policy.name", stack.services[name].formerly or name, metric),
        "policy_type": "TargetTrackingScaling",
        "target_tracking_scaling_policy_configuration": [tracking],
    }
