"""What several rules ask about a network: where a tier leads, which subnets there are, what a service needs of AWS.

Total on any stack: a reference that names nothing is another rule's fault and yields nothing here.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from stage3c.aws.facts import load
from stage3c.diagnostics import Path
from stage3c.language.model.service import Service
from stage3c.language.model.stack import Stack

_OWN_REGISTRY: Final = re.compile(r"[0-9]{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/.*")
_REGION_CODE: Final = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")
_REGION_MAX_CHARS: Final = 25
_ENDPOINT_BY_PREFIX: Final = {"cloudwatch": "monitoring"}


def quota(area: str, name: str) -> int:
    """A number of `facts/quotas.json`."""
    number: int = load("quotas")[area][name]
    return number


def is_region_code(text: str) -> bool:
    """Tell whether a text could be a region's code, known or not."""
    return len(text) <= _REGION_MAX_CHARS and _REGION_CODE.fullmatch(text) is not None


def route_of(stack: Stack, tier: str) -> str | None:
    """Where a tier's packets to the internet go, if the tier and its route table exist."""
    described = stack.network.subnets.get(tier)
    table = stack.network.route_tables.get(described.route_table) if described else None
    return table.default_route if table else None


def tiers_to(stack: Stack, route: str) -> list[str]:
    """The tiers whose default route is this one, as written."""
    return [name for name in stack.network.subnets if route_of(stack, name) == route]


def subnets_of(stack: Stack) -> Iterator[tuple[Path, IPv4Network]]:
    """Every subnet with the path at which it is written."""
    for name, tier in stack.network.subnets.items():
        for position, cidr in enumerate(tier.cidrs):
            yield ("network", "subnets", name, "cidrs", position), IPv4Network(cidr)


def comes_from_elsewhere(service: Service) -> bool:
    """Tell whether a service's image lies in a registry that only the internet leads to."""
    return service.image is not None and not _OWN_REGISTRY.fullmatch(service.image)


def registry_region(stack: Stack, service: Service) -> str | None:
    """The region of the registry that a service pulls from, where it is another one than the stack's.

    Endpoints lead to the services of their own region: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    (2026-11-28).
    """
    found = _OWN_REGISTRY.fullmatch(service.image) if service.image is not None else None
    return found["region"] if found and found["region"] != stack.region else None


def missing_endpoints(stack: Stack, service: Service) -> list[str]:
    """The VPC endpoints that a service without a way to the internet needs and the network lacks, sorted.

    Secrets Manager asks KMS by itself, so a key of one's own needs no endpoint.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html (2026-11-23).
    """
    needed = {"ecr", "s3", "logs"}
    if service.secrets:
        needed.add("secretsmanager")
    if service.exec:
        needed.add("ssmmessages")
    known = load("endpoints")["services"]
    for grant in service.permissions:
        prefixes = (action.split(":")[0] for action in grant.actions)
        needed |= {_ENDPOINT_BY_PREFIX.get(prefix, prefix) for prefix in prefixes} & set(known)
    return sorted(needed - set(stack.network.endpoints))
