"""ECS services: tasks in their subnets, behind their target group, rolled back when a deployment does not come up."""

from collections.abc import Iterator
from typing import Final

from stage3c.graph import Lifecycle, Origin, Ref, Resource, Value
from stage3c.language.model.service import Service
from stage3c.language.model.stack import Stack
from stage3c.resources.autoscaling import scales
from stage3c.resources.endpoints import endpoint_addresses
from stage3c.resources.firewalls import way_out
from stage3c.resources.identity import policies_of
from stage3c.resources.load_balancers import binding_of
from stage3c.resources.naming import named, tier_subnets, zone_letter
from stage3c.resources.network import default_route, table_name
from stage3c.resources.tasks import task_of_service

PLATFORM: Final = "1.4.0"


def services(stack: Stack) -> Iterator[Resource]:
    """One service each; it waits for the listener that binds its target group and for its role's permissions."""
    for name, service in stack.services.items():
        attributes: dict[str, Value] = {
            "name": named(stack, "aws_ecs_service.name", service.formerly or name),
            "cluster": Ref("aws_ecs_cluster.main"),
            "task_definition": Ref(f"aws_ecs_task_definition.{name}", "arn"),
            "desired_count": service.desired_count,
            "platform_version": PLATFORM,
            "scheduling_strategy": "REPLICA",
            "propagate_tags": "SERVICE",
            "enable_ecs_managed_tags": True,
            "enable_execute_command": service.exec,
            "availability_zone_rebalancing": _rebalancing(service),
            "network_configuration": [_interfaces(stack, name)],
            # Images may come after the first apply, so Terraform does not wait for the tasks to be steady.
            "wait_for_steady_state": False,
            **_capacity(service),
            **_deployment(service),
            **_traffic(name, service),
        }
        ignored = ("desired_count",) if scales(service) else ()
        lifecycle = Lifecycle(ignore_changes=ignored)
        origin, waits = Origin(("services", name)), tuple(_waits(stack, name))
        yield Resource("aws_ecs_service", name, attributes, origin, depends_on=waits, lifecycle=lifecycle)


def _waits(stack: Stack, name: str) -> Iterator[str]:
    service = stack.services[name]
    yield from binding_of(stack, name)
    if service.capacity:  # a strategy names providers that the cluster must have been given
        yield "aws_ecs_cluster_capacity_providers.main"
    yield from policies_of(stack, task_of_service(stack, name))
    yield from way_to_aws(stack, name)


def way_to_aws(stack: Stack, name: str) -> list[str]:
    """Routes, rules and endpoints that images, secrets and logs come through.

    Tasks that start before these exist fail, and the circuit breaker would give up on the very first deployment.
    """
    tier = stack.services[name].subnets
    described = stack.network.subnets[tier]
    routed = default_route(stack, tier) != "none"
    zones = stack.network.zones[: len(described.cidrs)]
    tables = {table_name(stack, described.route_table, zone) for zone in zones}
    routes = [f"aws_route.{table}_default" for table in sorted(tables) if routed]
    associations = [f"aws_route_table_association.{tier}_{zone_letter(stack, zone)}" for zone in zones]
    return [*routes, *associations, *endpoint_addresses(stack), *way_out(stack, name)]


def _rebalancing(service: Service) -> str:
    """On by default for new services since 2025, and refused where no task may be added beside the running ones.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html (2026-11-23)
    """
    return "ENABLED" if service.deployment.maximum_percent > 100 else "DISABLED"  # noqa: PLR2004 - per cent


def _interfaces(stack: Stack, name: str) -> dict[str, Value]:
    service = stack.services[name]
    return {
        "subnets": tier_subnets(stack, service.subnets),
        "security_groups": [Ref(f"aws_security_group.service_{name}")],
        "assign_public_ip": service.assign_public_ip,
    }


def _capacity(service: Service) -> dict[str, Value]:
    if not service.capacity:
        return {"launch_type": "FARGATE"}
    shares: list[Value] = [
        {"capacity_provider": provider.upper(), "weight": share.weight, "base": share.base}
        for provider, share in sorted(service.capacity.items())
    ]
    return {"capacity_provider_strategy": shares}


def _deployment(service: Service) -> dict[str, Value]:
    breaker = service.deployment.circuit_breaker
    return {
        "deployment_minimum_healthy_percent": service.deployment.minimum_healthy_percent,
        "deployment_maximum_percent": service.deployment.maximum_percent,
        "deployment_circuit_breaker": [{"enable": breaker, "rollback": breaker}],
        "deployment_controller": [{"type": "ECS"}],
    }


def _traffic(name: str, service: Service) -> dict[str, Value]:
    if service.load_balancer is None or service.port is None:
        return {}
    target: dict[str, Value] = {
        "target_group_arn": Ref(f"aws_lb_target_group.{name}", "arn"),
        "container_name": service.formerly or name,
        "container_port": service.port,
    }
    return {"load_balancer": [target], "health_check_grace_period_seconds": grace_seconds(service)}


def grace_seconds(service: Service) -> int:
    """Start-up, and then as many checks as make a target healthy."""
    ready = service.health.ready
    return service.health.startup_seconds + (ready.interval_seconds * ready.healthy_threshold if ready else 0)
