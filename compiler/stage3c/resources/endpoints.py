"""VPC endpoints: gateways on route tables, interfaces in subnets behind a group of their own."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.graph import Origin, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import name_tag, tier_subnets
from stage3c.resources.network import VPC, default_route, table_name


def endpoints(stack: Stack) -> Iterator[Resource]:
    """The endpoints that the spec lists."""
    for position, key in enumerate(stack.network.endpoints):
        origin = Origin(("network", "endpoints", position))
        for service in load("endpoints")["services"][key]["names"]:
            gateway = load("endpoints")["services"][key]["type"] == "Gateway"
            attributes = _gateway(stack, service) if gateway else _interface(stack, service)
            yield Resource("aws_vpc_endpoint", service.replace(".", "-"), attributes, origin)


def interface_endpoints(stack: Stack) -> bool:
    """Tell whether any endpoint is an interface, which needs a group and has flows."""
    return any(load("endpoints")["services"][key]["type"] == "Interface" for key in stack.network.endpoints)


def endpoint_addresses(stack: Stack) -> list[str]:
    """The addresses of all endpoints."""
    services = (service for key in stack.network.endpoints for service in load("endpoints")["services"][key]["names"])
    return [f"aws_vpc_endpoint.{service.replace('.', '-')}" for service in services]


def endpoint_tier(stack: Stack) -> str:
    """The tier that holds the interface endpoints."""
    return stack.network.endpoint_subnets or min(service.subnets for service in stack.services.values())


def _common(stack: Stack, service: str) -> dict[str, Value]:
    return {
        "vpc_id": VPC,
        "service_name": _service_name(stack, service),
        "tags": name_tag(stack, service.replace(".", "-")),
    }


def _service_name(stack: Stack, service: str) -> str:
    """The name of an endpoint's service: some services of some regions have a prefix of their own."""
    own = load("endpoints")["prefixes"].get(stack.region)
    prefix = own["prefix"] if own and service in own["names"] else "com.amazonaws"
    return f"{prefix}.{stack.region}.{service}"


def _gateway(stack: Stack, service: str) -> dict[str, Value]:
    tables = {
        table_name(stack, tier.route_table, zone)
        for name, tier in stack.network.subnets.items()
        if default_route(stack, name) != "internet_gateway"
        for zone in stack.network.zones
    } or {tier.route_table for tier in stack.network.subnets.values()}
    return {
        **_common(stack, service),
        "vpc_endpoint_type": "Gateway",
        "route_table_ids": [Ref(f"aws_route_table.{table}") for table in sorted(tables)],
    }


def _interface(stack: Stack, service: str) -> dict[str, Value]:
    return {
        **_common(stack, service),
        "vpc_endpoint_type": "Interface",
        "private_dns_enabled": True,
        "subnet_ids": tier_subnets(stack, endpoint_tier(stack)),
        "security_group_ids": [Ref("aws_security_group.endpoints")],
    }
