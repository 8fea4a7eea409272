"""The scaling target of an ECS service."""

from collections.abc import Iterator, Mapping

from stage3c.aws.kinds import aws_ecs_service
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, Use, tags_of

_WHICH = "--service-namespace {namespace} --resource-id {id} --scalable-dimension {dimension}"
_PARTS = r"(?P<namespace>\w+)/(?P<id>service/.+)/(?P<dimension>[^/]+)"


def _targets(aws: Aws, namespace: str, resource: str, dimension: str) -> Iterator[Json]:
    asked = {"ServiceNamespace": namespace, "ResourceIds": [resource], "ScalableDimension": dimension}
    for each in aws.all("application-autoscaling.describe_scalable_targets", "ScalableTargets", **asked):
        if each["ResourceId"] == resource:
            yield each


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    place = (known["service_namespace"], known["resource_id"], known["scalable_dimension"])
    for _ in _targets(aws, *place):
        yield Match("/".join(place), {"id": place[1]}, by="attachment")


def _look(aws: Aws, identity: str) -> Json:
    place = _REMOVAL.parts_of(identity)
    return next(_targets(aws, place["namespace"], place["id"], place["dimension"]), None) if place else None


def _tags(aws: Aws, thing: Thing) -> Tags:
    arn = thing.told.get("ScalableTargetARN")
    return (
        tags_of(aws.ask("application-autoscaling.list_tags_for_resource", ResourceARN=arn).get("Tags")) if arn else {}
    )


def _listed(aws: Aws, _stack: str) -> Iterator[str]:
    targets = "application-autoscaling.describe_scalable_targets"
    for each in aws.all(targets, "ScalableTargets", ServiceNamespace="ecs"):
        yield f"ecs/{each['ResourceId']}/{each['ScalableDimension']}"


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    service = thing.told["ResourceId"].removeprefix("service/")
    assert aws_ecs_service.KIND.look is not None
    if aws_ecs_service.KIND.look(aws, service):
        yield Use(service, f"service {service}, which it scales")


def _of_state(attributes: Mapping[str, Json]) -> str:
    names = ("service_namespace", "resource_id", "scalable_dimension")
    return "/".join(str(attributes[name]) for name in names) if all(attributes.get(name) for name in names) else ""


_REMOVAL = Removal(
    (f"application-autoscaling deregister-scalable-target {_WHICH}",),
    parts=_PARTS,
    uses=_uses,
)
KIND = Kind(
    type="aws_appautoscaling_target",
    replaced_by=("resource_id", "scalable_dimension", "service_namespace"),
    find=_find,
    look=_look,
    tags=_tags,
    of_state=_of_state,
    listed=_listed,
    judged_on="arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/{*}",
    settings={"resource_id": "ResourceId"},
    removal=_REMOVAL,
)
