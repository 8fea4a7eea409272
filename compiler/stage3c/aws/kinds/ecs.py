"""What the ECS types share: what runs, and by which task definition."""

from collections.abc import Iterator, Sequence
from typing import Final

from stage3c.aws.kinds.kind import Aws, Json, Tags, Thing, tags_of

NO_CLUSTER: Final = ("ClusterNotFoundException", "ServiceNotFoundException")
_DESCRIBED_AT_ONCE: Final = (
    10  # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html (2026-11-28)
)
_TASKS_AT_ONCE: Final = 100


def services(aws: Aws) -> Iterator[Json]:
    """Every service of the region that is not deleted."""
    for cluster in aws.all("ecs.list_clusters", "clusterArns"):
        yield from services_of(aws, cluster)


def services_of(aws: Aws, cluster: str) -> Iterator[Json]:
    """The services of a cluster that are not deleted."""
    arns = list(aws.all("ecs.list_services", "serviceArns", cluster=cluster))
    for some in _batches(arns, _DESCRIBED_AT_ONCE):
        told = aws.ask("ecs.describe_services", cluster=cluster, services=some)["services"]
        yield from (each for each in told if each["status"] != "INACTIVE")


def tasks(aws: Aws, cluster: str) -> Iterator[Json]:
    """The tasks of a cluster that run or are meant to."""
    arns = list(aws.all("ecs.list_tasks", "taskArns", cluster=cluster))
    for some in _batches(arns, _TASKS_AT_ONCE):
        yield from aws.ask("ecs.describe_tasks", cluster=cluster, tasks=some)["tasks"]


def revisions_of(service: Json) -> Iterator[str]:
    """The task definitions that a service runs, or is about to."""
    yield str(service.get("taskDefinition", ""))
    for each in (*service.get("deployments", []), *service.get("taskSets", [])):
        yield str(each.get("taskDefinition", ""))


def tags(aws: Aws, thing: Thing) -> Tags:
    """The tags of a resource whose description has its ARN under a name that ends in `Arn`."""
    names = ("serviceArn", "clusterArn", "taskDefinitionArn")
    arn = next(thing.told[name] for name in names if name in thing.told)
    return tags_of(aws.ask("ecs.list_tags_for_resource", resourceArn=arn).get("tags"))


def _batches(arns: Sequence[str], size: int) -> Iterator[list[str]]:
    yield from ([*arns[start : start + size]] for start in range(0, len(arns), size))
