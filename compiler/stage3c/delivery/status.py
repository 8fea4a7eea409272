"""How a deployed stack is, in one answer: services, alarms, certificates, secrets, state and lock.

Every cell is a request of its own: if it fails, that cell is unknown, and the others still show. No secret value is read.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from stage3c.aws.kinds.kind import Unanswered
from stage3c.delivery.causes import name_of
from stage3c.delivery.databases import instance_of, secret_of
from stage3c.delivery.running import container_of, definition, described, image_in, short
from stage3c.disclosure import masked
from stage3c.live.account import Account, found, side_by_side
from stage3c.live.check import Problem
from stage3c.live.checks import state_lock
from stage3c.live.state import MISSING, read
from stage3c.pipeline import Build
from stage3c.resources.stack import state_key, state_region

T = TypeVar("T")

_DEPLOYMENTS_MAX: Final = 5
_ALARMS_AT_ONCE: Final = 100
"""At most, by botocore's description of DescribeAlarms (2026-11-28)."""


@dataclass(frozen=True, slots=True)
class Cell(Generic[T]):
    """What AWS answers, or why it does not."""

    value: T | None = None
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment: its id, how it ended or that it goes on, and why."""

    id: str
    status: str
    created: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """An ECS service: tasks, and the revision of the task definition since when it is deployed."""

    revision: str
    since: datetime | None
    desired: int
    running: int
    deployments: tuple[Deployment, ...]
    """Those that go on, the newest first."""


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One row; a service that does not exist has the value None."""

    key: str
    service: Cell[Running]
    image: Cell[str]
    targets: Cell[Mapping[str, int]]
    """Targets by their state; None where it is behind no load balancer."""
    ended: Cell[tuple[Deployment, ...]]
    """The last deployments, the newest first."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that is not OK."""

    name: str
    state: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many alarms the spec has, how many of them exist, and those that are not OK."""

    wanted: int
    existing: int
    loud: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate of a listener."""

    status: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Secret:
    """When a secret was changed last, and whether it has a value."""

    changed: datetime | None
    has_value: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """The state as it is in the bucket."""

    serial: int
    written: datetime | None
    size: int


@dataclass(frozen=True, slots=True)
class Status:
    """Everything on the screen."""

    stack: str
    region: str
    at: datetime
    services: tuple[ServiceStatus, ...]
    alarms: Cell[Alarms]
    certificates: Mapping[str, Cell[Certificate]]
    secrets: Mapping[str, Cell[Secret]]
    state: Cell[Stored]
    lock: Cell[str]
    """Who holds it; None for free."""


def status_of(account: Account, build: Build, at: datetime) -> Status:
    """Ask for every cell, many at once."""
    stack = build.stack
    balancers = [name for name, balancer in stack.load_balancers.items() if balancer.https]
    names = [*stack.secrets, *stack.databases]
    services = side_by_side(lambda key: _service(account, build, key), stack.services)
    certificates = side_by_side(lambda name: _cell(lambda: _certificate(account, build, name)), balancers)
    secrets = side_by_side(lambda name: _cell(lambda: _secret(account, build, name)), names)
    return Status(
        stack.name,
        stack.region,
        at,
        tuple(services),
        _cell(lambda: _alarms(account, build)),
        dict(zip(balancers, certificates, strict=True)),
        dict(zip(names, secrets, strict=True)),
        _cell(lambda: _state(account, build)),
        _cell(lambda: _lock(account, build)),
    )


def _cell(ask: Callable[[], T | None]) -> Cell[T]:
    try:
        return Cell(ask())
    except Unanswered as reason:
        return Cell(unknown=str(reason))


def _service(account: Account, build: Build, key: str) -> ServiceStatus:
    told = _cell(lambda: described(account, build, key))
    service = told.value
    if service is None:
        nothing: Cell[Any] = Cell(unknown=told.unknown)
        return ServiceStatus(key, nothing, nothing, nothing, nothing)
    return ServiceStatus(
        key,
        _cell(lambda: _running(service)),
        _cell(lambda: _image(account, build, key, str(service["taskDefinition"]))),
        _cell(lambda: _targets(account, service.get("loadBalancers") or ())),
        _cell(lambda: _ended(account, service)),
    )


def _running(service: Mapping[str, Any]) -> Running:
    going = [_deployment(each, "rolloutState", "rolloutStateReason") for each in service.get("deployments", [])]
    began = (each.get("createdAt") for each in service.get("deployments", []) if each.get("status") == "PRIMARY")
    return Running(
        short(str(service["taskDefinition"])),
        _time(next(began, None)),
        int(service.get("desiredCount", 0)),
        int(service.get("runningCount", 0)),
        tuple(going),
    )


def _deployment(told: Mapping[str, Any], status: str, reason: str) -> Deployment:
    identity = str(told.get("id") or short(str(told.get("serviceDeploymentArn", ""))))
    why = masked(str(told.get(reason) or ""))
    return Deployment(identity, str(told.get(status) or "unknown"), _time(told.get("createdAt")), why)


def _image(account: Account, build: Build, key: str, name: str) -> str:
    return image_in(definition(account, name), container_of(build, key))


def _targets(account: Account, balancers: Sequence[Mapping[str, Any]]) -> Mapping[str, int] | None:
    states = [
        str(each["TargetHealth"]["State"])
        for balancer in balancers
        for each in account.ask("elbv2.describe_target_health", TargetGroupArn=balancer["targetGroupArn"])[
            "TargetHealthDescriptions"
        ]
    ]
    return dict(Counter(states)) if balancers else None


def _ended(account: Account, service: Mapping[str, Any]) -> tuple[Deployment, ...]:
    """Source: https://docs.aws.amazon.com/goto/WebAPI/ecs-2014-11-13/ListServiceDeployments (2026-11-28)."""
    asked = {"cluster": service["clusterArn"], "service": service["serviceArn"], "maxResults": _DEPLOYMENTS_MAX}
    told = account.ask("ecs.list_service_deployments", **asked)["serviceDeployments"]
    return tuple(_deployment(each, "status", "statusReason") for each in told)


def _alarms(account: Account, build: Build) -> Alarms:
    assert build.graph is not None
    resources = build.graph.resources.values()
    names = [str(each.attributes["alarm_name"]) for each in resources if each.type == "aws_cloudwatch_metric_alarm"]
    told = [
        alarm
        for start in range(0, len(names), _ALARMS_AT_ONCE)
        for alarm in account.all(
            "cloudwatch.describe_alarms", "MetricAlarms", AlarmNames=names[start : start + _ALARMS_AT_ONCE]
        )
    ]
    loud = [each for each in told if each.get("StateValue") != "OK"]
    rows = (
        Alarm(str(each["AlarmName"]), str(each.get("StateValue")), _time(each.get("StateUpdatedTimestamp")))
        for each in loud
    )
    return Alarms(len(names), len(told), tuple(sorted(rows, key=lambda each: each.name)))


def _certificate(account: Account, build: Build, name: str) -> Certificate | None:
    """The certificate that the HTTPS listener has: the one that is served, not the one in the spec."""
    assert build.graph is not None
    called = name_of(build.graph, f"aws_lb.{name}")
    balancers = account.maybe("elbv2.describe_load_balancers", "LoadBalancerNotFound", Names=[called])
    for balancer in (balancers or {}).get("LoadBalancers", []):
        for listener in account.all(
            "elbv2.describe_listeners", "Listeners", LoadBalancerArn=balancer["LoadBalancerArn"]
        ):
            for served in listener.get("Certificates") or ():
                told = account.ask("acm.describe_certificate", CertificateArn=served["CertificateArn"])["Certificate"]
                return Certificate(str(told.get("Status", "unknown")), _time(told.get("NotAfter")))
    return None


def _secret(account: Account, build: Build, key: str) -> Secret | None:
    identity = _secret_id(account, build, key)
    if not identity:
        return None
    told = account.maybe("secretsmanager.describe_secret", "ResourceNotFoundException", SecretId=identity)
    if told is None:
        return None
    changed = told.get("LastChangedDate") or told.get("CreatedDate")
    return Secret(_time(changed), bool(told.get("VersionIdsToStages")))


def _secret_id(account: Account, build: Build, key: str) -> str:
    """The name or ARN of a secret of the spec, or of a database's credentials."""
    assert build.graph is not None
    named = name_of(build.graph, f"aws_secretsmanager_secret.{key}") or name_of(
        build.graph, f"data.aws_secretsmanager_secret.{key}"
    )
    return named or secret_of(instance_of(account, build, key))


def _state(account: Account, build: Build) -> Stored | None:
    client = account.client("s3", state_region(build.stack))
    where = {"Bucket": build.stack.state.bucket, "Key": state_key(build.stack)}
    answer = found(lambda: client.get_object(**where), *MISSING)
    if answer is None:
        return None
    body = answer["Body"].read()
    return Stored(read(body).serial, _time(answer.get("LastModified")), len(body))


def _lock(account: Account, build: Build) -> str | None:
    held: Problem | None = next(iter(state_lock.judge(build.stack, state_lock.ask(account, build.stack))), None)
    return held.cause if held else None


def _time(told: Any) -> datetime | None:  # noqa: ANN401 - what AWS answers
    return told if isinstance(told, datetime) else None
