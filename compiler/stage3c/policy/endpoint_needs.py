"""What tasks do through a VPC endpoint that has a policy of its own: that policy must allow it too.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (2026-11-28)
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from stage3c.graph import Graph, Resource
from stage3c.policy.need import Need
from stage3c.policy.resource_policies import policy_of
from stage3c.reach.aws_services import AwsService, in_region
from stage3c.reach.proofs import known_topology, places
from stage3c.reach.solver import endpoint_on_the_way
from stage3c.views.arns import partition_of
from stage3c.views.runners import runners
from stage3c.views.services import Service

LAYERS: Final = "prod-{region}-starport-layer-bucket"
"""The bucket of AWS's own from which ECR serves the layers of images.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms (2026-11-28)
"""
_OF_DOCKER: Final = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_SERVICES: Final = {"secretsmanager": "secretsmanager", "ssm": "ssm", "logs": "logs", "ssmmessages": "ssmmessages"}


def through_endpoints(graph: Graph, needs: Iterable[Need]) -> Iterator[Need]:
    """The needs of tasks on Fargate once more, for each endpoint with a policy on their way."""
    found = list(needs)
    for service in runners(graph).values():
        task = service.task.resource if service.task and service.runs_on_fargate else None
        for need in found if task else ():
            if need.origin is task and need.kind in ("execution", "task", "application") and not need.through:
                for called, asked in _calls(graph, need, service):
                    for endpoint in _with_policy(graph, service, called):
                        yield replace(asked, kind="endpoint", endpoint=endpoint)


def _calls(graph: Graph, need: Need, service: Service) -> Iterator[tuple[AwsService, Need]]:
    """The services that an action is asked of: an image is described by two, and its layers come from S3."""
    prefix = need.action.partition(":")[0]
    parts = need.resource.split(":")
    written = parts[3] if len(parts) > 4 else ""  # noqa: PLR2004 - arn:partition:service:region:account
    asker = service.resource

    def called(name: str) -> AwsService:
        return in_region(graph, name, written, asker) if written else AwsService(name)

    if prefix == "ecr":
        yield called("ecr.api"), need
        if need.action in _OF_DOCKER:
            yield called("ecr.dkr"), need
        if need.action == "ecr:GetDownloadUrlForLayer":
            bucket = LAYERS.format(region=written)
            arn = f"arn:{partition_of(graph)}:s3:::{bucket}/layer"
            yield (
                called("s3"),
                replace(need, action="s3:GetObject", resource=arn, why="downloads image layers", role=None),
            )
    elif prefix in _SERVICES:
        yield called(_SERVICES[prefix]), need


def _with_policy(graph: Graph, service: Service, called: AwsService) -> list[Resource]:
    network = known_topology(graph).network
    ways = (endpoint_on_the_way(network, place, called) for place in places(graph, service.resource))
    found = dict.fromkeys(endpoint.key for endpoint in ways if endpoint is not None)
    resources = [graph.resources[key] for key in found]
    return [resource for resource in resources if policy_of(graph, resource) != ()]
