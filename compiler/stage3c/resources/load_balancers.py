"""Application load balancers: listeners, target groups, and the rules that send requests to services."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from stage3c.graph import Lifecycle, Origin, Ref, Resource, Value
from stage3c.language.model.load_balancer import LoadBalancer, Route
from stage3c.language.model.service import ReadyCheck, Service
from stage3c.language.model.stack import Stack
from stage3c.resources.access_logs import access_logs_of
from stage3c.resources.health import unhealthy_threshold
from stage3c.resources.naming import named, tier_subnets
from stage3c.resources.network import VPC
from stage3c.resources.priorities import priorities

NOT_FOUND: Value = [
    {
        "type": "fixed-response",
        "fixed_response": [{"content_type": "text/plain", "message_body": "Not found", "status_code": "404"}],
    }
]


Kept = Mapping[tuple[str, str], int]
"""Priorities of an earlier build, by the addresses of the listener and of the rule."""


def load_balancers(stack: Stack, kept: Kept = MappingProxyType({})) -> Iterator[Resource]:
    """Every load balancer with its listeners, rules and target groups."""
    for name, balancer in stack.load_balancers.items():
        yield _balancer(stack, name, balancer)
        yield from _listeners(stack, name, balancer)
        yield from _rules(stack, name, kept)
    for name, service in stack.services.items():
        if service.load_balancer and service.port:
            yield _target_group(stack, name, service, service.load_balancer)


def binding_of(stack: Stack, service: str) -> tuple[str, ...]:
    """The address of the listener or rule that binds a service's target group; ECS refuses the service before that."""
    route = stack.services[service].load_balancer
    if route is None or stack.services[service].port is None:
        return ()
    return (_listener(stack, route.name),) if is_default(route) else (f"aws_lb_listener_rule.{service}",)


def is_protected(stack: Stack, balancer: LoadBalancer) -> bool:
    """Tell whether AWS refuses to delete a load balancer: as given, else in production."""
    return stack.in_production if balancer.deletion_protection is None else balancer.deletion_protection


def is_default(route: Route) -> bool:
    """Tell whether a route takes all that nobody else claims."""
    return not route.paths and not route.hosts


def _listener(stack: Stack, balancer: str) -> str:
    return f"aws_lb_listener.{balancer}_{'https' if stack.load_balancers[balancer].https else 'http'}"


def _routes(stack: Stack, balancer: str) -> dict[str, Route]:
    return {
        name: service.load_balancer
        for name, service in stack.services.items()
        if service.load_balancer and service.port and service.load_balancer.name == balancer
    }


def _balancer(stack: Stack, name: str, balancer: LoadBalancer) -> Resource:
    attributes: dict[str, Value] = {
        "name": balancer.name or named(stack, "aws_lb.name", balancer.formerly or name),
        "load_balancer_type": "application",
        "internal": balancer.scheme == "internal",
        "ip_address_type": "ipv4",
        "subnets": tier_subnets(stack, balancer.subnets),
        "security_groups": [Ref(f"aws_security_group.load_balancer_{name}")],
        "drop_invalid_header_fields": True,
        "idle_timeout": balancer.idle_timeout_seconds,
        "enable_deletion_protection": is_protected(stack, balancer),
    }
    waits: tuple[str, ...] = ()
    if access_logs_of(stack, balancer):
        attributes["access_logs"] = [{"bucket": Ref(f"aws_s3_bucket.logs_{name}", "bucket"), "enabled": True}]
        waits = (f"aws_s3_bucket_policy.logs_{name}",)
    return Resource("aws_lb", name, attributes, Origin(("load_balancers", name)), depends_on=waits)


def _listeners(stack: Stack, name: str, balancer: LoadBalancer) -> Iterator[Resource]:
    origin = Origin(("load_balancers", name))
    forward = _default_action(stack, name)
    plain: dict[str, Value] = {
        "load_balancer_arn": Ref(f"aws_lb.{name}", "arn"),
        "port": balancer.http,
        "protocol": "HTTP",
        "default_action": forward,
    }
    if balancer.https is None:
        yield Resource("aws_lb_listener", f"{name}_http", plain, origin)
        return
    redirect: Value = [{"port": str(balancer.https.port), "protocol": "HTTPS", "status_code": "HTTP_301"}]
    yield Resource(
        "aws_lb_listener",
        f"{name}_http",
        {**plain, "default_action": [{"type": "redirect", "redirect": redirect}]},
        origin,
    )
    secure: dict[str, Value] = {
        **plain,
        "port": balancer.https.port,
        "protocol": "HTTPS",
        "ssl_policy": balancer.https.tls_policy,
        "certificate_arn": balancer.https.certificate
        or Ref(f"aws_acm_certificate_validation.{name}", "certificate_arn"),
    }
    yield Resource("aws_lb_listener", f"{name}_https", secure, Origin(("load_balancers", name, "https")))


def _default_action(stack: Stack, balancer: str) -> Value:
    for service, route in _routes(stack, balancer).items():
        if is_default(route):
            return [{"type": "forward", "target_group_arn": Ref(f"aws_lb_target_group.{service}", "arn")}]
    return NOT_FOUND


def _rules(stack: Stack, name: str, kept: Kept) -> Iterator[Resource]:
    claimed = {service: route for service, route in _routes(stack, name).items() if not is_default(route)}
    called = {service: stack.services[service].formerly or service for service in claimed}
    listener = _listener(stack, name)
    before = {
        called[service]: kept[listener, rule]
        for service in claimed
        for rule in (f"aws_lb_listener_rule.{called[service]}", f"aws_lb_listener_rule.{service}")
        if (listener, rule) in kept
    }
    chosen = priorities({called[service]: route for service, route in claimed.items()}, before)
    for service, route in claimed.items():
        conditions: list[Value] = []
        if route.hosts:
            conditions.append({"host_header": [{"values": list(route.hosts)}]})
        if route.paths:
            conditions.append({"path_pattern": [{"values": list(route.paths)}]})
        attributes: dict[str, Value] = {
            "listener_arn": Ref(listener, "arn"),
            "priority": chosen[called[service]],
            "action": [{"type": "forward", "target_group_arn": Ref(f"aws_lb_target_group.{service}", "arn")}],
            "condition": conditions,
        }
        yield Resource("aws_lb_listener_rule", service, attributes, Origin(("services", service, "load_balancer")))


def _target_group(stack: Stack, name: str, service: Service, route: Route) -> Resource:
    """A group that must be replaced is made before the old one goes, so its name holds what forces that: the port."""
    key = service.formerly or name
    attributes: dict[str, Value] = {
        "name": route.target_group_name or named(stack, "aws_lb_target_group.name", key, str(service.port)),
        "vpc_id": VPC,
        "target_type": "ip",
        "protocol": "HTTP",
        "port": service.port,
        "deregistration_delay": str(route.deregistration_seconds),
        "health_check": [_health_check(service.health.ready or ReadyCheck())],
        "stickiness": [_stickiness(route)],
    }
    origin = Origin(("services", name, "load_balancer"))
    return Resource("aws_lb_target_group", name, attributes, origin, lifecycle=Lifecycle(create_before_destroy=True))


def _health_check(ready: ReadyCheck) -> dict[str, Value]:
    return {
        "enabled": True,
        "protocol": "HTTP",
        "port": "traffic-port",
        "path": ready.path,
        "matcher": ready.status,
        "interval": ready.interval_seconds,
        "timeout": ready.timeout_seconds,
        "healthy_threshold": ready.healthy_threshold,
        "unhealthy_threshold": unhealthy_threshold(ready),
    }


def _stickiness(route: Route) -> dict[str, Value]:
    if route.stickiness_seconds is None:
        return {"type": "lb_cookie", "enabled": False}
    return {"type": "lb_cookie", "enabled": True, "cookie_duration": route.stickiness_seconds}
