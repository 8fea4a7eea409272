"""A task definition: the newest active revision of its family, which the next one would follow."""

from collections.abc import Iterator

from stage3c.aws.kinds import ecs
from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Thing, Use, attribute, of_arn


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    asked = {"familyPrefix": known["family"], "status": "ACTIVE", "sort": "DESC"}
    arns = aws.all("ecs.list_task_definitions", "taskDefinitionArns", **asked)
    newest = next((arn for arn in arns if _family(arn) == known["family"]), None)
    if newest:
        yield Match(newest, {"arn": newest, "id": known["family"]})


def _look(aws: Aws, identity: str) -> Json:
    told = aws.maybe("ecs.describe_task_definition", "ClientException", taskDefinition=identity)
    found = told["taskDefinition"] if told else None
    return found if found and found["status"] == "ACTIVE" else None


def _uses(aws: Aws, thing: Thing) -> Iterator[Use]:
    """Services and tasks of the family: older revisions of one that is in use are what a rollback goes back to."""
    family = thing.told["family"]
    for service in ecs.services(aws):
        if family in map(_family, ecs.revisions_of(service)):
            cluster = service["clusterArn"].rpartition("/")[2]
            yield Use(f"{cluster}/{service['serviceName']}", f"service {service['serviceName']} of the same family")
    for cluster in aws.all("ecs.list_clusters", "clusterArns"):
        for task in ecs.tasks(aws, cluster):
            if _family(task["taskDefinitionArn"]) == family:
                yield Use("", f"task {task['taskArn'].rpartition('/')[2]} of the same family")
    yield from _scheduled(aws, family)


def _scheduled(aws: Aws, family: str) -> Iterator[Use]:
    for rule in aws.all("events.list_rules", "Rules"):
        for target in aws.all("events.list_targets_by_rule", "Targets", Rule=rule["Name"]):
            if _family((target.get("EcsParameters") or {}).get("TaskDefinitionArn", "")) == family:
                yield Use("", f"EventBridge rule {rule['Name']}")


def _family(arn: str) -> str:
    return arn.rpartition("/")[2].partition(":")[0]


KIND = Kind(
    type="aws_ecs_task_definition",
    replaced_by=(
        "container_definitions",
        "cpu",
        "execution_role_arn",
        "family",
        "memory",
        "network_mode",
        "requires_compatibilities",
        "runtime_platform.operating_system_family",
        "task_role_arn",
    ),
    find=_find,
    look=_look,
    tags=ecs.tags,
    of_arn=of_arn(r"ecs:[^:]*:[^:]*:task-definition/.+(?P<id>)"),
    of_state=attribute("arn"),
    judged_on="arn:{partition}:ecs:{region}:{account}:task-definition/{family}:1",
    settings={"family": "family"},
    not_read=("skip_destroy",),
    removal=Removal(("ecs deregister-task-definition --task-definition {id}",), uses=_uses, after=("aws_ecs_service",)),
)
