"""Who talks to whom: derived once from the spec, and the only source of firewall rules."""

from collections.abc import Iterator

from msgspec import Struct

from stage3c.diagnostics import Path
from stage3c.language.model.stack import Stack
from stage3c.resources.endpoints import interface_endpoints
from stage3c.resources.network import default_route

ANYWHERE = "0.0.0.0/0"
HTTPS = 443


class Group(Struct, frozen=True):
    """A security group, by the name of its resource."""

    name: str


class Addresses(Struct, frozen=True):
    """An IPv4 network outside the VPC; `label` names it in addresses of rules."""

    cidr: str
    label: str


class PrefixList(Struct, frozen=True):
    """The addresses of an AWS service behind a gateway endpoint."""

    endpoint: str


Peer = Group | Addresses | PrefixList


class Flow(Struct, frozen=True):
    """TCP from one side to a port of the other, and why."""

    source: Peer
    target: Peer
    port: int
    why: str
    path: Path


def flows(stack: Stack) -> list[Flow]:
    """Every flow of a stack; each pair and port once."""
    found: dict[tuple[Peer, Peer, int], Flow] = {}
    of_services = (flow for name in stack.services for flow in flows_of(stack, name))
    for flow in (*_to_load_balancers(stack), *of_services):
        found.setdefault((flow.source, flow.target, flow.port), flow)
    return list(found.values())


def reaches_internet(stack: Stack, service: str) -> bool:
    """Tell whether a service's tasks have a way out: NAT, or the internet gateway with an address of their own."""
    route = default_route(stack, stack.services[service].subnets)
    return route == "nat_gateway" or (route == "internet_gateway" and stack.services[service].assign_public_ip)


def _to_load_balancers(stack: Stack) -> Iterator[Flow]:
    for name, balancer in stack.load_balancers.items():
        if balancer.scheme == "internal":
            continue
        ports = [balancer.http] + ([balancer.https.port] if balancer.https else [])
        for position, cidr in enumerate(balancer.allow_from):
            for port in ports:
                path: Path = ("load_balancers", name, "allow_from", position)
                yield Flow(_addresses(cidr), Group(f"load_balancer_{name}"), port, "requests from the internet", path)


def flows_of(stack: Stack, name: str) -> Iterator[Flow]:
    """The flows to and from one service."""
    service, group, path = stack.services[name], Group(f"service_{name}"), ("services", name)
    if service.load_balancer and service.port:
        source = Group(f"load_balancer_{service.load_balancer.name}")
        yield Flow(source, group, service.port, "requests and health checks", (*path, "load_balancer"))
    for database in service.uses:
        target = Group(f"database_{database}")
        yield Flow(group, target, stack.databases[database].port, "queries", (*path, "uses"))
    yield from _calls(stack, name)
    yield from _egress(stack, name)
    yield from _to_aws(stack, name)


def _calls(stack: Stack, name: str) -> Iterator[Flow]:
    group = Group(f"service_{name}")
    for variable, callee in stack.services[name].calls.items():
        route = stack.services[callee].load_balancer
        assert route is not None
        balancer = stack.load_balancers[route.name]
        port = balancer.https.port if balancer.https else balancer.http
        path: Path = ("services", name, "calls", variable)
        if balancer.scheme == "internal":
            yield Flow(group, Group(f"load_balancer_{route.name}"), port, f"calls to {callee}", path)
        else:
            yield Flow(group, _addresses(ANYWHERE), port, f"calls to {callee}", path)


def _egress(stack: Stack, name: str) -> Iterator[Flow]:
    group = Group(f"service_{name}")
    for position, wanted in enumerate(stack.services[name].egress or ()):
        path: Path = ("services", name, "egress", position)
        yield Flow(group, _addresses(wanted.to), wanted.port, wanted.why or "egress", path)


def _addresses(cidr: str) -> Addresses:
    """A network, and how addresses of rules call it: `0.0.0.0/0` -> `anywhere`, `10.1.0.0/16` -> `10-1-0-0-16`."""
    return Addresses(cidr, "anywhere" if cidr == ANYWHERE else cidr.replace(".", "-").replace("/", "-"))


def _to_aws(stack: Stack, name: str) -> Iterator[Flow]:
    """Images, secrets and logs come over HTTPS: by endpoints where there are some, else over the internet."""
    group, path = Group(f"service_{name}"), ("services", name, "subnets")
    if interface_endpoints(stack):
        yield Flow(group, Group("endpoints"), HTTPS, "AWS services inside the VPC", path)
    for endpoint in ("s3", "dynamodb"):
        if endpoint in stack.network.endpoints:
            yield Flow(group, PrefixList(endpoint), HTTPS, f"{endpoint} inside the VPC", path)
    if reaches_internet(stack, name) and stack.services[name].egress is not None:
        yield Flow(group, _addresses(ANYWHERE), HTTPS, "AWS services and the internet", path)
