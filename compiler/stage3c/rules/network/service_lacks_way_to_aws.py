"""Service has no route to AWS services."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.network.network_facts import comes_from_elsewhere, missing_endpoints, registry_region, route_of
from stage3c.rules.rule import Rule
from stage3c.wording import listed


def check(stack: Stack) -> Iterator[Finding]:
    """Derive what each service needs, where no route leads out."""
    for name, service in stack.services.items():
        if route_of(stack, service.subnets) != "none":
            continue
        path = ("services", name, "subnets")
        region = registry_region(stack, service)
        missing = listed(missing_endpoints(stack, service), 20)
        if comes_from_elsewhere(service):
            image = clip(service.image or "")
            cause = (
                f'services.{name} pulls its image "{image}" from the internet, '
                f"but subnet tier {service.subnets} has no route to it."
            )
            fix = f"use an image in ECR with `build: services/{name}`, or a subnet tier with a route to a NAT gateway."
            yield Finding(cause, fix, path)
        elif region is not None:
            cause = (
                f'services.{name} pulls its image "{clip(service.image or "")}" from {region}, but subnet tier '
                f"{service.subnets} has no route to the internet, and VPC endpoints reach services in {stack.region} only."
            )
            fix = (
                f"copy the image to a repository in {stack.region}, or use a subnet tier with a route to a NAT gateway."
            )
            yield Finding(cause, fix, path)
        elif missing != "none":
            cause = (
                f"services.{name} needs {missing}, but subnet tier {service.subnets} "
                "has no default route and the VPC no such endpoints."
            )
            fix = f"write `endpoints: [{missing}]` in network, or use a subnet tier with a route to a NAT gateway."
            yield Finding(cause, fix, path)


RULE = Rule(
    id="NET119",
    title="Service has no route to AWS services",
    what=(
        "A service runs in a subnet tier without a default route, and the VPC lacks an endpoint that its tasks need."
    ),
    why="Tasks fail to start with ResourceInitializationError: unable to pull secrets or registry auth.",
    fix="Add the missing `endpoints`, or use a subnet tier with a route to a NAT gateway.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html",
    bad="""\
network: {endpoints: [s3, logs]}
services: {web: {subnets: database}}
""",
    good="""\
network: {endpoints: [s3, ecr, logs, secretsmanager]}
services: {web: {subnets: database}}
""",
    check_spec=check,
)
