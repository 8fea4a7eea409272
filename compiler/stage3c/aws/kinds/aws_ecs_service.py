"""An ECS service: by its name in its cluster."""

from collections.abc import Iterator, Mapping

from stage3c.aws.kinds import ecs
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Quota, Removal, Thing, Use, of_arn


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("ecs.describe_services", cluster=known["cluster"], services=[known["name"]])["services"]:
        if each["status"] != "INACTIVE":
            cluster = known["cluster"].rpartition("/")[2]
            yield Match(f"{cluster}/{each['serviceName']}", {"id": each["serviceArn"]})


def _look(aws: Aws, identity: str) -> Json:
    cluster, _, name = identity.partition("/")
    told = aws.maybe("ecs.describe_services", *ecs.NO_CLUSTER, cluster=cluster, services=[name])
    return next((each for each in (told or {}).get("services", []) if each["status"] != "INACTIVE"), None)


def _uses(_aws: Aws, thing: Thing) -> Iterator[Use]:
    counts = {name: thing.told.get(f"{name}Count", 0) for name in ("desired", "running", "pending")}
    if any(counts.values()):
        yield Use("", f"{max(counts.values())} tasks that it runs")


def _of_state(attributes: Mapping[str, Json]) -> str:
    cluster, name = (str(attributes.get(key) or "") for key in ("cluster", "name"))
    return f"{cluster.rpartition('/')[2]}/{name}" if name else ""


KIND = Kind(
    type="aws_ecs_service",
    replaced_by=("capacity_provider_strategy", "cluster", "launch_type", "name", "scheduling_strategy"),
    interrupts="its tasks stop before the new ones start",
    find=_find,
    missing=ecs.NO_CLUSTER,
    look=_look,
    tags=ecs.tags,
    of_arn=of_arn(r"ecs:[^:]*:[^:]*:service/(?P<id>[^/]+/.+)"),
    of_state=_of_state,
    state_id="serviceArn",
    judged_on="arn:{partition}:ecs:{region}:{account}:service/{cluster}/{name}",
    settings={"name": "serviceName", "cluster": "", "launch_type": "launchType"},
    not_read=("task_definition", "wait_for_steady_state"),
    quota=Quota("Fargate vCPUs", "fargate", "L-3032A538", None),
    removal=Removal(
        (
            "ecs delete-service --cluster {cluster} --service {id}",
            "ecs wait services-inactive --cluster {cluster} --services {id}",
        ),
        parts=r"(?P<cluster>[^/]+)/(?P<id>.+)",
        uses=_uses,
        after=("aws_appautoscaling_target",),
    ),
)
