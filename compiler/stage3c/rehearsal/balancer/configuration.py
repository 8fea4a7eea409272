"""Load balancers as Elastic Load Balancing describes them, each with its listeners, rules and target groups. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

DEFAULT_PRIORITY = 50_001
"""After every rule that has a number; those end at 50,000."""
Json = Mapping[str, Any]


class Target(Struct, frozen=True, order=True):
    """A registered address inside the VPC."""

    ip: str
    port: int


class HealthCheck(Struct, frozen=True):
    """What is asked of each target, and how its answers are counted."""

    protocol: str
    port: str
    """A number, or `traffic-port`."""
    path: str
    matcher: str
    interval_seconds: float
    timeout_seconds: float
    healthy_threshold: int
    unhealthy_threshold: int


class Group(Struct, frozen=True):
    """A target group."""

    arn: str
    name: str
    protocol: str
    check: HealthCheck | None
    """None if health checks are disabled."""
    drain_seconds: float
    sticky_seconds: int
    """How long a client stays with a target; 0 if it does not."""
    targets: frozenset[Target] = frozenset()


class Rule(Struct, frozen=True):
    """Conditions that all hold, and what is then done; the default rule has none."""

    priority: int
    conditions: tuple[Json, ...]
    actions: tuple[Json, ...]


class Listener(Struct, frozen=True):
    """A port of a load balancer."""

    arn: str
    port: int
    is_https: bool
    certificates: tuple[str, ...]
    """ARNs; the default certificate first."""
    rules: tuple[Rule, ...]
    """By priority."""

    @property
    def groups(self) -> frozenset[str]:
        """ARNs of the target groups that any rule forwards to."""
        return frozenset(arn for rule in self.rules for action in rule.actions for arn, _ in forwards(action))


class LoadBalancer(Struct, frozen=True):
    """One load balancer."""

    arn: str
    name: str
    dns_name: str
    idle_seconds: float
    drops_invalid_headers: bool
    is_public: bool
    listeners: tuple[Listener, ...]
    ips: tuple[str, ...] = ()
    """Its addresses in the network."""


class Configuration(Struct, frozen=True):
    """Everything that the account has at one moment."""

    balancers: tuple[LoadBalancer, ...] = ()
    groups: Mapping[str, Group] = {}
    """By ARN."""
    certificates: Mapping[str, tuple[str, ...]] = {}
    """The names on each certificate, by ARN."""
    names: Mapping[str, str] = {}
    """Names of the public DNS, each with the name that it stands for."""

    @property
    def in_use(self) -> frozenset[str]:
        """ARNs of the target groups that a listener forwards to."""
        return frozenset(arn for each in self.balancers for listener in each.listeners for arn in listener.groups)


def forwards(action: Json) -> list[tuple[str, int]]:
    """The target groups of an action, each with its weight."""
    if action.get("Type") != "forward":
        return []
    several = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    found = [(str(each["TargetGroupArn"]), int(each.get("Weight", 1))) for each in several]
    return found or [(str(action["TargetGroupArn"]), 1)]


def rules_of(described: Iterable[Json]) -> tuple[Rule, ...]:
    """Rules as `describe_rules` gives them."""
    found = (
        Rule(
            DEFAULT_PRIORITY if each["Priority"] == "default" else int(each["Priority"]),
            tuple(each.get("Conditions") or ()),
            tuple(sorted(each["Actions"], key=lambda action: action.get("Order") or 0)),
        )
        for each in described
    )
    return tuple(sorted(found, key=lambda rule: rule.priority))


def group_of(described: Json, attributes: Mapping[str, str], targets: Iterable[Target]) -> Group:
    """A target group as `describe_target_groups` gives it, with its attributes."""
    sticky = attributes.get("stickiness.enabled") == "true" and attributes.get("stickiness.type") == "lb_cookie"
    return Group(
        str(described["TargetGroupArn"]),
        str(described["TargetGroupName"]),
        str(described.get("Protocol", "HTTP")),
        _check(described) if described.get("HealthCheckEnabled", True) else None,
        float(attributes.get("deregistration_delay.timeout_seconds", 300)),
        int(attributes.get("stickiness.lb_cookie.duration_seconds", 86_400)) if sticky else 0,
        frozenset(targets),
    )


def _check(described: Json) -> HealthCheck:
    return HealthCheck(
        str(described.get("HealthCheckProtocol", "HTTP")),
        str(described.get("HealthCheckPort", "traffic-port")),
        str(described.get("HealthCheckPath", "/")),
        str((described.get("Matcher") or {}).get("HttpCode", "200")),
        float(described.get("HealthCheckIntervalSeconds", 30)),
        float(described.get("HealthCheckTimeoutSeconds", 5)),
        int(described.get("HealthyThresholdCount", 5)),
        int(described.get("UnhealthyThresholdCount", 2)),
    )
