"""The capacity providers of an ECS cluster."""

from collections.abc import Iterator

from stage3c.aws.kinds import ecs
from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("ecs.describe_clusters", clusters=[known["cluster_name"]])["clusters"]:
        if each["status"] != "INACTIVE" and each.get("capacityProviders"):
            yield Match(each["clusterName"], by="attachment")


KIND = Kind(
    type="aws_ecs_cluster_capacity_providers",
    replaced_by=("cluster_name",),
    find=_find,
    missing=ecs.NO_CLUSTER,
    settings={"cluster_name": ""},
    untagged="part of a cluster",
    judged_on="arn:{partition}:ecs:{region}:{account}:cluster/{cluster_name}",
)
