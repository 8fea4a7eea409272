"""The monthly cost class of each resource that runs by the hour, and of the whole stack. Pure.

A class, because the prices are one region's, and traffic, requests and logs are not in it. What is not known has no class.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from stage3c.aws.facts import load
from stage3c.graph import Graph, Resource, flag, items, number
from stage3c.views.services import services

_CLASSES: Final = ((20, "low: up to 20"), (100, "medium: 20 to 100"), (500, "high: 100 to 500"))
_LARGEST: Final = "very high: over 500"
_UNKNOWN: Final = "unknown"
_CPU_UNITS, _MIB = 1024, 1024
Price = tuple[str, float | None]
"""What is paid for, and the sum in US dollars a month."""


def cost_table(graph: Graph) -> list[list[str]]:
    """Rows of resource, class in US dollars a month, and what it is made of; the first is the head, the last the stack."""
    prices = load("prices")
    rows, total, unknown = [], 0.0, 0
    for name, made_of, monthly in _priced(graph, prices):
        rows.append([name, class_of(monthly), made_of])
        total += monthly or 0
        unknown += monthly is None
    if not rows:
        return []
    note = f"without traffic, requests and logs{f'; {unknown} unknown' if unknown else ''}; {prices['source']}"
    head = ["resource", "US dollars a month", "made of"]
    return [head, *rows, ["the whole stack", f"at least {class_of(total)}" if unknown else class_of(total), note]]


def class_of(monthly: float | None) -> str:
    """The class of a sum in US dollars a month."""
    if monthly is None:
        return _UNKNOWN
    return next((name for limit, name in _CLASSES if monthly <= limit), _LARGEST)


def _priced(graph: Graph, prices: Mapping[str, Any]) -> Iterator[tuple[str, str, float | None]]:
    for kind, price in _BY_KIND.items():
        for resource in graph.of_type(kind):
            if resource.mode == "resource":
                yield resource.address, *price(graph, resource, prices)
    for kind, name in _SMALL.items():
        count = sum(resource.mode == "resource" for resource in graph.of_type(kind))
        if count:
            yield f"{count} x {kind}", f"{prices['monthly'][name]:.2f} each", count * prices["monthly"][name]


def _flat(name: str, said: str) -> Callable[[Graph, Resource, Mapping[str, Any]], Price]:
    """Something with one price by the hour."""

    def price(_: Graph, __: Resource, prices: Mapping[str, Any]) -> Price:
        return said, prices["hourly"][name] * prices["hours_per_month"]

    return price


def _service(graph: Graph, resource: Resource, prices: Mapping[str, Any]) -> Price:
    """The tasks that run when nothing scales."""
    found = services(graph)[resource.address]
    task = found.task if found.runs_on_fargate else None
    count = number(resource.attributes.get("desired_count"))
    cpu, memory = (number(task.resource.attributes.get(name)) if task else None for name in ("cpu", "memory"))
    processor = task.processor if task else None
    hourly = prices["hourly"]
    if count is None or cpu is None or memory is None or processor not in hourly["vcpu"]:
        return "tasks of unknown size, number, processor or launch type", None
    each = cpu / _CPU_UNITS * hourly["vcpu"][processor] + memory / _MIB * hourly["gib"][processor]
    return (
        f"{count} x {cpu / _CPU_UNITS:g} vCPU, {memory / _MIB:g} GiB, {processor}, Fargate",
        count * each * prices["hours_per_month"],
    )


def _database(_: Graph, resource: Resource, prices: Mapping[str, Any]) -> Price:
    size, storage = str(resource.attributes.get("instance_class")), number(resource.attributes.get("allocated_storage"))
    hourly = prices["hourly"]["database"].get(size)
    copies = 2 if flag(resource.attributes.get("multi_az")) else 1
    said = f"{copies} x {size}, {storage if storage is not None else 'unknown'} GiB"
    if hourly is None:
        return f"{said}; no price on record", None
    return said, copies * (hourly * prices["hours_per_month"] + (storage or 0) * prices["monthly"]["database_gib"])


def _endpoint(_: Graph, resource: Resource, prices: Mapping[str, Any]) -> Price:
    if resource.attributes.get("vpc_endpoint_type") != "Interface":
        return "gateway endpoint, free", 0.0
    zones = len(items(resource.attributes.get("subnet_ids")))
    return f"interface endpoint in {zones} zones", zones * prices["hourly"]["endpoint_per_zone"] * prices[
        "hours_per_month"
    ]


_BY_KIND: Final[Mapping[str, Callable[[Graph, Resource, Mapping[str, Any]], Price]]] = {
    "aws_ecs_service": _service,
    "aws_db_instance": _database,
    "aws_nat_gateway": _flat("nat_gateway", "1 NAT gateway, without its traffic"),
    "aws_lb": _flat("load_balancer", "1 load balancer, without its requests"),
    "aws_vpc_endpoint": _endpoint,
    "aws_eip": _flat("public_address", "1 public IPv4 address"),
}
_SMALL: Final = {
    "aws_secretsmanager_secret": "secret", "aws_kms_key": "key", "aws_cloudwatch_metric_alarm": "alarm",
    "aws_cloudwatch_dashboard": "dashboard",
}  # fmt: skip
"""What costs little each: one row a type."""
