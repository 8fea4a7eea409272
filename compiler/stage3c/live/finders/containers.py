"""ECS, ECR and their scaling: by name inside their cluster."""

from collections.abc import Iterator
from typing import Final

from stage3c.live.account import Json
from stage3c.live.finding import Finder, Known, Match, pages


def _repository(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_repositories(repositoryNames=[known["name"]])["repositories"]:
        told = {"arn": each["repositoryArn"], "repository_url": each["repositoryUri"]}
        yield Match(each["repositoryName"], told)


def _lifecycle(client: Json, known: Known) -> Iterator[Match]:
    found = client.get_lifecycle_policy(repositoryName=known["repository"])
    yield Match(found["repositoryName"], by="attachment")


def _cluster(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_clusters(clusters=[known["name"]])["clusters"]:
        if each["status"] != "INACTIVE":
            yield Match(each["clusterName"], {"id": each["clusterArn"], "arn": each["clusterArn"]})


def _providers(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_clusters(clusters=[known["cluster_name"]])["clusters"]:
        if each["status"] != "INACTIVE" and each.get("capacityProviders"):
            yield Match(each["clusterName"], by="attachment")


def _service(client: Json, known: Known) -> Iterator[Match]:
    for each in client.describe_services(cluster=known["cluster"], services=[known["name"]])["services"]:
        if each["status"] != "INACTIVE":
            cluster = known["cluster"].rpartition("/")[2]
            yield Match(f"{cluster}/{each['serviceName']}", {"id": each["serviceArn"]})


def _task_definition(client: Json, known: Known) -> Iterator[Match]:
    """The newest revision: the one that the next one would follow."""
    found = client.list_task_definitions(familyPrefix=known["family"], status="ACTIVE", sort="DESC")
    newest = [arn for arn in found["taskDefinitionArns"] if arn.rpartition("/")[2].partition(":")[0] == known["family"]]
    for arn in newest[:1]:
        yield Match(arn, {"arn": arn, "id": known["family"]})


def _target(client: Json, known: Known) -> Iterator[Match]:
    resource, dimension = known["resource_id"], known["scalable_dimension"]
    asked = {"ServiceNamespace": known["service_namespace"], "ResourceIds": [resource], "ScalableDimension": dimension}
    for each in pages(client, "describe_scalable_targets", "ScalableTargets", **asked):
        if each["ResourceId"] == resource:
            yield Match(f"{known['service_namespace']}/{resource}/{dimension}", {"id": resource}, by="attachment")


def _policy(client: Json, known: Known) -> Iterator[Match]:
    resource, dimension = known["resource_id"], known["scalable_dimension"]
    asked = {"ServiceNamespace": known["service_namespace"], "ResourceId": resource, "ScalableDimension": dimension}
    for each in pages(client, "describe_scaling_policies", "ScalingPolicies", **asked):
        if each["PolicyName"] == known["name"]:
            identity = f"{known['service_namespace']}/{resource}/{dimension}/{known['name']}"
            yield Match(identity, {"arn": each["PolicyARN"]}, by="attachment")


_NO_CLUSTER: Final = ("ClusterNotFoundException", "ServiceNotFoundException")
FINDERS: Final = {
    "aws_appautoscaling_policy": Finder("application-autoscaling", _policy),
    "aws_appautoscaling_target": Finder("application-autoscaling", _target),
    "aws_ecr_lifecycle_policy": Finder(
        "ecr", _lifecycle, ("LifecyclePolicyNotFoundException", "RepositoryNotFoundException")
    ),
    "aws_ecr_repository": Finder("ecr", _repository, ("RepositoryNotFoundException",), "name"),
    "aws_ecs_cluster": Finder("ecs", _cluster, _NO_CLUSTER, "name"),
    "aws_ecs_cluster_capacity_providers": Finder("ecs", _providers, _NO_CLUSTER),
    "aws_ecs_service": Finder("ecs", _service, _NO_CLUSTER),
    "aws_ecs_task_definition": Finder("ecs", _task_definition),
}
