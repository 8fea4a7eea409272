"""Subnet has too few addresses."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from math import ceil

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.resources.endpoints import endpoint_tier
from stage3c.rules.network.network_facts import quota, tiers_to
from stage3c.rules.rule import Rule

_MAX_BITS = 16
"""Of the addresses in a subnet, https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html (2026-11-28)."""


def check(stack: Stack) -> Iterator[Finding]:
    """Add up what may stand in one subnet of each tier at once, during a deployment."""
    for name, tier in stack.network.subnets.items():
        needs = {
            "tasks": _tasks(stack, name, len(tier.cidrs)),
            "load balancers": _balancers(stack, name) * quota("load_balancer", "free_addresses_per_subnet"),
            "databases": sum(
                1 + database.replicas.count for database in stack.databases.values() if database.subnets == name
            ),
            "endpoints": _endpoints(stack) if endpoint_tier(stack) == name else 0,
            "NAT gateways": 1 if _holds_nat(stack, name) else 0,
        }
        total = sum(needs.values())
        for position, cidr in enumerate(tier.cidrs):
            free = IPv4Network(cidr).num_addresses - quota("vpc", "reserved_addresses_per_subnet")
            if total > free:
                parts = ", ".join(f"{count} for {what}" for what, count in needs.items() if count)
                cause = f"{cidr} has {max(free, 0)} free addresses but may need {total}: {parts}."
                yield Finding(
                    cause,
                    f"{_larger(cidr, total)}lower scale.max.",
                    ("network", "subnets", name, "cidrs", position),
                )


def _larger(cidr: str, addresses: int) -> str:
    """The advice to take the range around a subnet that has so many free addresses, where AWS allows one of that size."""
    bits = (addresses + quota("vpc", "reserved_addresses_per_subnet")).bit_length()
    if bits > _MAX_BITS:
        return ""
    wider = IPv4Network((IPv4Network(cidr).network_address, 32 - bits), strict=False)
    return f"write a larger range, such as {wider}, or "


def _tasks(stack: Stack, tier: str, subnets: int) -> int:
    """Tasks spread over the subnets; a deployment runs `maximum_percent` of them."""
    services = (service for service in stack.services.values() if service.subnets == tier)
    return sum(
        ceil(service.scale.max * max(service.deployment.maximum_percent, 100) / 100 / subnets) for service in services
    )


def _balancers(stack: Stack, tier: str) -> int:
    return sum(balancer.subnets == tier for balancer in stack.load_balancers.values())


def _endpoints(stack: Stack) -> int:
    known = load("endpoints")["services"]
    kinds = [known[endpoint] for endpoint in set(stack.network.endpoints)]
    return sum(len(kind["names"]) for kind in kinds if kind["type"] == "Interface")


def _holds_nat(stack: Stack, tier: str) -> bool:
    return (
        stack.network.nat != "none"
        and (stack.network.nat_subnets or next(iter(tiers_to(stack, "internet_gateway")), None)) == tier
    )


RULE = Rule(
    id="NET122",
    title="Subnet has too few addresses",
    what=(
        "A subnet has fewer free addresses than its load balancers, tasks, databases, endpoints and gateways may need."
    ),
    why=(
        "Without free addresses deployments fail and load balancers cannot scale. AWS reserves five addresses"
        " of each subnet."
    ),
    fix="Use larger ranges, such as `10.0.0.0/24`, or lower `scale.max`.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
    bad="services: {web: {scale: {min: 2, max: 400}}}",
    check_spec=check,
)
