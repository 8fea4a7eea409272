"""What the account may have of each kind, against what it has and what the stack adds."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from msgspec.structs import asdict

from stage3c.aws.kinds import all_kinds
from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.graph import Graph, Resource
from stage3c.language.model.service import Service
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found, side_by_side
from stage3c.live.check import Check, Problem
from stage3c.live.state import known_resources
from stage3c.resources.stack import compile_stack

_CPU_UNITS: Final = 1024
USAGE: Final = {
    "Namespace": "AWS/Usage",
    "MetricName": "ResourceCount",
    "Dimensions": [
        {"Name": "Service", "Value": "Fargate"},
        {"Name": "Type", "Value": "Resource"},
        {"Name": "Resource", "Value": "vCPU"},
        {"Name": "Class", "Value": "Standard/OnDemand"},
    ],
    "Period": 300,
    "Statistics": ["Maximum"],
}
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/monitoring-fargate-usage.html (2026-11-26)"""


def ask(account: Account, stack: Stack) -> Json:
    """By quota that the stack draws on: its limit, what is in use by zone (`""` for the region), or why nobody knows."""
    graph = compile_stack(stack)
    wanted = _wanted(graph)
    answers = side_by_side(lambda quota: _looked_up(account, quota), wanted)
    told = {quota["code"]: answer for quota, answer in zip(wanted, answers, strict=True)}
    return {"known": sorted(known_resources(account, stack)), "quotas": told}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """What is in use and what the apply adds must fit together."""
    graph = compile_stack(stack)
    for quota in _wanted(graph):
        told = answer["quotas"][quota["code"]]
        if "unknown" in told:
            yield Problem(
                f"how many {quota['what']} are left is not known: {told['unknown']}.", "look yourself.", "unknown"
            )
            continue
        for zone, added in _added(stack, graph, quota, answer["known"]).items():
            used = told["used"].get(zone, 0) if zone else told["used"][""]
            if added and used + added > told["limit"]:
                yield _exceeded(stack, quota, told["limit"], used, added, zone)
        if quota["type"] == "aws_ecs_service":
            yield from _at_full_scale(stack, quota, told, answer["known"])


def _wanted(graph: Graph) -> list[Json]:
    return [quota for quota in quotas() if graph.of_type(quota["type"])]


def quotas() -> list[Json]:
    """The quotas that types count against, as their kinds say."""
    return [{"type": kind.type, **asdict(kind.quota)} for kind in all_kinds() if kind.quota]


def _exceeded(stack: Stack, quota: Json, limit: float, used: float, added: float, zone: str) -> Problem:
    where = zone or stack.region
    cause = f"{used:g} of {limit:g} {quota['what']} are in use in {where}, and the apply adds {added:g}."
    return Problem(cause, _increase(stack, quota, used + added))


def _at_full_scale(stack: Stack, quota: Json, told: Json, known: Collection[str]) -> Iterator[Problem]:
    """What autoscaling may start later; the tasks that the state knows run already."""
    services = stack.services.items()
    most = sum(_vcpus(each, each.scale.max) for _, each in services)
    desired = {name: _vcpus(each, each.desired_count) for name, each in services}
    running = sum(vcpus for name, vcpus in desired.items() if f"aws_ecs_service.{name}" in known)
    others, limit = max(told["used"][""] - running, 0), told["limit"]
    if others + sum(desired.values()) <= limit < others + most:
        of_others = f", of which others use {others:g}" if others else ""
        cause = f"at full scale the services need {most:g} {quota['what']}, and the quota is {limit:g}{of_others}."
        yield Problem(cause, _increase(stack, quota, others + most), "warning")


def _increase(stack: Stack, quota: Json, value: float) -> str:
    return (
        f"aws service-quotas request-service-quota-increase --service-code {quota['service']} "
        f"--quota-code {quota['code']} --desired-value {value:g} --region {stack.region}"
    )


def _added(stack: Stack, graph: Graph, quota: Json, known: Collection[str]) -> dict[str, float]:
    new = [each for each in graph.of_type(quota["type"]) if each.address not in known]
    if quota["type"] == "aws_ecs_service":
        services = [stack.services[each.name] for each in new]
        return {"": sum(_vcpus(service, service.desired_count) for service in services)}
    return dict(Counter(_zone(graph, each) for each in new))


def _zone(graph: Graph, resource: Resource) -> str:
    """The zone of a NAT gateway, since they are counted by zone."""
    subnet = graph.target(resource.attributes.get("subnet_id"))
    return str(subnet.attributes["availability_zone"]) if subnet else ""


def _vcpus(service: Service, tasks: int) -> float:
    """What so many tasks take of Fargate proper; Spot has a quota of its own.

    Bases first, the rest by weight: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
    (2026-11-26).
    """
    on_demand = tasks
    if service.capacity:
        shares = service.capacity.values()
        rest = max(tasks - sum(share.base for share in shares), 0)
        own = service.capacity.get("fargate")
        weights = sum(share.weight for share in shares)
        on_demand = min(own.base + ceil(rest * own.weight / weights) if own and weights else 0, tasks)
    return on_demand * service.cpu / _CPU_UNITS


def _looked_up(account: Account, quota: Json) -> Json:
    try:
        limit = _limit(account, quota)
        return {"limit": limit, "used": _USED[quota["type"]](account)}
    except Unanswered as reason:
        return {"unknown": str(reason)}


def _limit(account: Account, quota: Json) -> float:
    """The account's own, or the default where Service Quotas has no other."""
    client = account.client("service-quotas")
    which = {"ServiceCode": quota["service"], "QuotaCode": quota["code"]}
    answer = found(lambda: client.get_service_quota(**which), "NoSuchResourceException")
    if answer is None and quota["default"] is None:
        raise Unanswered("Service Quotas does not know it")
    return float(answer["Quota"]["Value"] if answer else quota["default"])


def _counted(service: str, operation: str, members: str, **having: str) -> Callable[[Account], dict[str, float]]:
    def count(account: Account) -> dict[str, float]:
        every = account.client(service).pages(operation, members)
        return {"": sum(all(each.get(name) == value for name, value in having.items()) for each in every)}

    return count


def _own_vpcs(account: Account) -> dict[str, float]:
    """Without those that other accounts share."""
    number = account.client("sts").get_caller_identity()["Account"]
    return {
        "": sum(each.get("OwnerId", number) == number for each in account.client("ec2").pages("describe_vpcs", "Vpcs"))
    }


def _nat_gateways(account: Account) -> dict[str, float]:
    ec2 = account.client("ec2")
    zones = {each["SubnetId"]: each["AvailabilityZone"] for each in ec2.pages("describe_subnets", "Subnets")}
    gateways = ec2.pages("describe_nat_gateways", "NatGateways")
    return dict(
        Counter(
            zones.get(each.get("SubnetId", ""), "") for each in gateways if each["State"] not in ("deleted", "failed")
        )
    )


def _running_vcpus(account: Account) -> dict[str, float]:
    now = datetime.now(UTC)
    when = {"StartTime": now - timedelta(hours=1), "EndTime": now}
    points = account.client("cloudwatch").get_metric_statistics(**USAGE, **when)["Datapoints"]
    return {"": max(points, key=lambda point: point["Timestamp"])["Maximum"] if points else 0}


_USED: Final[dict[str, Callable[[Account], dict[str, float]]]] = {
    "aws_db_instance": _counted("rds", "describe_db_instances", "DBInstances"),
    "aws_ecs_service": _running_vcpus,
    "aws_eip": _counted("ec2", "describe_addresses", "Addresses", Domain="vpc"),
    "aws_internet_gateway": _counted("ec2", "describe_internet_gateways", "InternetGateways"),
    "aws_lb": _counted("elbv2", "describe_load_balancers", "LoadBalancers", Type="application"),
    "aws_lb_target_group": _counted("elbv2", "describe_target_groups", "TargetGroups"),
    "aws_nat_gateway": _nat_gateways,
    "aws_vpc": _own_vpcs,
}

CHECK = Check(
    id="PRE111",
    title="Quotas leave room",
    why="A quota ends the apply half-way, and raising it takes hours or days.",
    source="https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html (2026-11-26)",
    ask=ask,
    answer={"known": [str], "quotas": {str: ({"limit": float, "used": {str: float}}, {"unknown": str})}},
    judge=judge,
)
