"""What ECS, ECR and Application Auto Scaling have."""

import json
from typing import Any

from tests.live.safety.account import World
from tests.live.safety.listing.network import Listed


def everything(world: World) -> Listed:
    """Clusters with their services and tasks, task definitions, repositories with their images, scaling."""
    yield from _clusters(world.client("ecs"))
    yield from _task_definitions(world.client("ecs"))
    yield from _repositories(world.client("ecr"))
    yield from _scaling(world.client("application-autoscaling"))


def _clusters(ecs: Any) -> Listed:
    arns = ecs.list_clusters()["clusterArns"]
    told = ecs.describe_clusters(clusters=arns, include=["TAGS", "SETTINGS"])["clusters"] if arns else []
    for cluster in (each for each in told if each["status"] != "INACTIVE"):
        arn = cluster["clusterArn"]
        providers = sorted(cluster.get("capacityProviders", []))
        yield "aws_ecs_cluster", arn, (cluster["status"], cluster.get("settings"), cluster.get("tags"))
        if providers:
            yield "aws_ecs_cluster_capacity_providers", cluster["clusterName"], providers
        services = ecs.list_services(cluster=arn)["serviceArns"]
        for each in (
            ecs.describe_services(cluster=arn, services=services, include=["TAGS"])["services"] if services else []
        ):
            names = ("status", "desiredCount", "runningCount", "taskDefinition", "tags", "loadBalancers")
            if each["status"] != "INACTIVE":
                yield "aws_ecs_service", each["serviceArn"], {name: each.get(name) for name in names}
        for task in ecs.list_tasks(cluster=arn)["taskArns"]:
            (each,) = ecs.describe_tasks(cluster=arn, tasks=[task])["tasks"]
            yield "aws_ecs_task", task, (each["lastStatus"], each["taskDefinitionArn"])


def _task_definitions(ecs: Any) -> Listed:
    for arn in ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]:
        told = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
        yield "aws_ecs_task_definition", arn, (told["taskDefinition"]["containerDefinitions"], told.get("tags"))


def _repositories(ecr: Any) -> Listed:
    for each in ecr.describe_repositories()["repositories"]:
        name = each["repositoryName"]
        images = ecr.list_images(repositoryName=name)["imageIds"]
        tags = ecr.list_tags_for_resource(resourceArn=each["repositoryArn"])["tags"]
        yield "aws_ecr_repository", name, (images, tags)
        try:
            yield "aws_ecr_lifecycle_policy", name, ecr.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]
        except ecr.exceptions.LifecyclePolicyNotFoundException:
            continue


def _scaling(scaling: Any) -> Listed:
    for each in scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]:
        arn = each["ScalableTargetARN"]
        content = (each["ResourceId"], each["MinCapacity"], each["MaxCapacity"])
        yield "aws_appautoscaling_target", arn, (content, scaling.list_tags_for_resource(ResourceARN=arn)["Tags"])
    for each in scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]:
        settings = json.dumps(each["TargetTrackingScalingPolicyConfiguration"], sort_keys=True)
        yield "aws_appautoscaling_policy", each["PolicyARN"], (each["ResourceId"], settings)
