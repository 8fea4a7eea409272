"""ECS, ECR and their scaling."""

import json
from typing import Any

from tests.live.safety.account import World
from tests.live.safety.making.network import pairs


def small_pairs(tags: dict[str, str]) -> dict[str, Any]:
    """Tags as ECS takes them, as an argument that is left out where there are none."""
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]} if tags else {}


def _repository(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    made = world.client("ecr").create_repository(
        repositoryName=given["name"],
        imageTagMutability=given["image_tag_mutability"],
        imageScanningConfiguration={"scanOnPush": given["image_scanning_configuration"][0]["scan_on_push"]},
        **({"tags": pairs(tags)} if tags else {}),
    )["repository"]
    return {"id": given["name"], "arn": made["repositoryArn"], "repository_url": made["repositoryUri"]}


def _lifecycle(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    asked = {"repositoryName": given["repository"], "lifecyclePolicyText": given["policy"]}
    world.client("ecr").put_lifecycle_policy(**asked)
    return {"id": given["repository"]}


def _cluster(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    asked = {"clusterName": given["name"], "settings": given["setting"], **small_pairs(tags)}
    arn = world.client("ecs").create_cluster(**asked)["cluster"]["clusterArn"]
    return {"id": arn, "arn": arn}


def _providers(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    world.client("ecs").put_cluster_capacity_providers(
        cluster=given["cluster_name"],
        capacityProviders=given["capacity_providers"],
        defaultCapacityProviderStrategy=[],
    )
    return {"id": given["cluster_name"]}


def _task_definition(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    made = world.client("ecs").register_task_definition(
        family=given["family"],
        requiresCompatibilities=given["requires_compatibilities"],
        networkMode=given["network_mode"],
        cpu=given["cpu"],
        memory=given["memory"],
        executionRoleArn=given["execution_role_arn"],
        taskRoleArn=given["task_role_arn"],
        containerDefinitions=json.loads(given["container_definitions"]),
        **small_pairs(tags),
    )["taskDefinition"]
    arn = made["taskDefinitionArn"]
    told = {"arn_without_revision": arn.rpartition(":")[0], "revision": made["revision"]}
    return {"id": given["family"], "arn": arn, **told}


def _service(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    where = given["network_configuration"][0]
    balancers = [
        {
            "targetGroupArn": each["target_group_arn"],
            "containerName": each["container_name"],
            "containerPort": each["container_port"],
        }
        for each in given.get("load_balancer", [])
    ]
    made = world.client("ecs").create_service(
        cluster=given["cluster"],
        serviceName=given["name"],
        taskDefinition=given["task_definition"],
        desiredCount=given["desired_count"],
        launchType="FARGATE",
        platformVersion=given["platform_version"],
        schedulingStrategy=given["scheduling_strategy"],
        loadBalancers=balancers,
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": where["subnets"], "securityGroups": where["security_groups"]}
        },
        **small_pairs(tags),
    )["service"]
    return {"id": made["serviceArn"]}


def _target(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    made = world.client("application-autoscaling").register_scalable_target(
        ServiceNamespace=given["service_namespace"],
        ResourceId=given["resource_id"],
        ScalableDimension=given["scalable_dimension"],
        MinCapacity=given["min_capacity"],
        MaxCapacity=given["max_capacity"],
        **({"Tags": tags} if tags else {}),
    )
    return {"id": given["resource_id"], "arn": made["ScalableTargetARN"]}


def _policy(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    tracking = given["target_tracking_scaling_policy_configuration"][0]
    metric = tracking["predefined_metric_specification"][0]["predefined_metric_type"]
    made = world.client("application-autoscaling").put_scaling_policy(
        PolicyName=given["name"],
        ServiceNamespace=given["service_namespace"],
        ResourceId=given["resource_id"],
        ScalableDimension=given["scalable_dimension"],
        PolicyType=given["policy_type"],
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": tracking["target_value"],
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
        },
    )
    return {"id": given["name"], "arn": made["PolicyARN"]}


MAKERS = {
    "aws_appautoscaling_policy": _policy,
    "aws_appautoscaling_target": _target,
    "aws_ecr_lifecycle_policy": _lifecycle,
    "aws_ecr_repository": _repository,
    "aws_ecs_cluster": _cluster,
    "aws_ecs_cluster_capacity_providers": _providers,
    "aws_ecs_service": _service,
    "aws_ecs_task_definition": _task_definition,
}
