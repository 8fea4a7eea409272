"""The ECS cluster, with Container Insights and both Fargate capacity providers."""

from collections.abc import Iterator

from stage3c.graph import Origin, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import named


def cluster(stack: Stack) -> Iterator[Resource]:
    """One cluster for all services."""
    attributes: dict[str, Value] = {
        "name": named(stack, "aws_ecs_cluster.name"),
        "setting": [{"name": "containerInsights", "value": "enabled"}],
    }
    yield Resource("aws_ecs_cluster", "main", attributes, Origin(("services",)))
    providers: dict[str, Value] = {
        "cluster_name": Ref("aws_ecs_cluster.main", "name"),
        "capacity_providers": ["FARGATE", "FARGATE_SPOT"],
    }
    yield Resource("aws_ecs_cluster_capacity_providers", "main", providers, Origin(("services",)))
