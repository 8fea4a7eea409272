"""An ECS cluster: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds import ecs
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Thing, Use, attribute, of_arn


def _look(aws: Aws, identity: str) -> Json:
    told = aws.ask("ecs.describe_clusters", clusters=[identity])["clusters"]
    return next((each for each in told if each["status"] != "INACTIVE"), None)


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    each = _look(aws, known["name"])
    if each:
        yield Match(each["clusterName"], {"id": each["clusterArn"], "arn": each["clusterArn"]})


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    cluster = thing.told["clusterArn"]
    for service in ecs.services_of(aws, cluster):
        yield Use(f"{thing.identity}/{service['serviceName']}", f"service {service['serviceName']}")
    for task in ecs.tasks(aws, cluster):
        yield Use("", f"task {task['taskArn'].rpartition('/')[2]}")
    if thing.told.get("registeredContainerInstancesCount"):
        yield Use("", "container instances")


KIND = Kind(
    type="aws_ecs_cluster",
    replaced_by=("name",),
    interrupts="its services stop",
    find=_find,
    missing=ecs.NO_CLUSTER,
    name="name",
    look=_look,
    tags=ecs.tags,
    of_arn=of_arn(r"ecs:[^:]*:[^:]*:cluster/(?P<id>.+)"),
    of_state=attribute("name"),
    state_id="clusterArn",
    arn="arn:{partition}:ecs:{region}:{account}:cluster/{name}",
    settings={"name": "clusterName"},
    removal=Removal(("ecs delete-cluster --cluster {id}",), uses=_uses, after=("aws_ecs_service",)),
)
