"""Where a task can connect to, decided by the network solver on the resources that were really deployed. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from stage3c.graph import Graph, Resource
from stage3c.reach.aws_services import AwsService
from stage3c.reach.network import Answer, Extent, Place
from stage3c.reach.proofs import known_topology, places, proofs
from stage3c.reach.solver import between, to_service
from stage3c.readers.plan import read_plan
from stage3c.rehearsal.agent.stopped import unreachable
from stage3c.views.databases import databases, port_of
from stage3c.views.load_balancers import load_balancers
from stage3c.views.services import services

_CLOSED = (Extent.NONE, Extent.SOME)


class Standing(Struct, frozen=True):
    """The deployed resources: as a graph, and the address of each by its id and its ARN."""

    graph: Graph
    addresses: Mapping[str, str] = {}

    @classmethod
    def of(cls, graph: Graph, state: Mapping[str, Any]) -> "Standing":
        """Take a graph, and what `terraform show -json` printed of the state."""
        return cls(graph, dict(_names(state.get("values", {}).get("root_module", {}))))

    @classmethod
    def read(cls, state: Mapping[str, Any]) -> "Standing":
        """Take what `terraform show -json` printed of the state alone."""
        reading = read_plan(json.dumps(state).encode(), "state")
        assert reading.graph is not None
        return cls.of(reading.graph, state)

    def resource(self, name: str) -> Resource | None:
        """The resource with an id or ARN."""
        return self.graph.resources.get(self.addresses.get(name, ""))


class Openings(Struct, frozen=True):
    """What the tasks of a service in one subnet can connect to: ports of resources by address, and AWS."""

    ports: Mapping[str, tuple[int, ...]]
    aws: bool
    blocked: tuple[str, ...]
    """Each flow that the service needs and does not have, with what stops it."""
    start: tuple[str, ...]
    """Those of them without which ECS cannot start a task at all."""


def openings(standing: Standing, service: str, subnet: str) -> Openings:
    """Decide for a service and a subnet, both by id or ARN; a flow that is not known to be blocked is open."""
    graph, source = standing.graph, standing.resource(service)
    stands = standing.resource(subnet)
    here = [place for place in places(graph, source) if stands and place.subnet and place.subnet.key == stands.address]
    ports: dict[str, tuple[int, ...]] = {}
    for target, listening in _listening(graph):
        ports[target.address] = tuple(port for port in sorted(listening) if _is_open(graph, here, target, port))
    network = known_topology(graph).network
    ways = [to_service(network, place, AwsService("secretsmanager")) for place in here]
    found = [*_blocked(graph, source, {place.subnet.key for place in here if place.subnet})]
    text = tuple(text for _, text in found)
    return Openings(ports, not any(map(_blocks, ways)), text, tuple(told for kind, told in found if kind in _OF_START))


_OF_START = ("aws", "image")


def require_ways(standing: Standing, service: str, subnets: Iterable[str]) -> None:
    """Raise `Stopped` if a task of a service cannot be started in one of its subnets, all by id or ARN."""
    for subnet in subnets:
        ways = openings(standing, service, subnet)
        if ways.start:
            raise unreachable(ways.start[0])


def _listening(graph: Graph) -> Iterator[tuple[Resource, set[int]]]:
    for database in databases(graph):
        port = port_of(graph, database)
        yield database, set() if port is None else {port}
    for balancer in load_balancers(graph):
        yield balancer.resource, {each.port for each in balancer.listeners if each.port is not None}


def _is_open(graph: Graph, here: list[Place], target: Resource, port: int) -> bool:
    return not any(_blocks(between(place, there, port)) for place in here for there in places(graph, target))


def _blocks(answer: Answer) -> bool:
    return answer.extent in _CLOSED


def _blocked(graph: Graph, source: Resource | None, subnets: set[str]) -> Iterator[tuple[str, str]]:
    """Kind and sentence of every needed flow of a service that is certainly stopped."""
    if source is None or source.address not in services(graph) or not subnets:
        return
    for proof in proofs(graph):
        if proof.need.source is source and proof.blockers:
            why = "; ".join(f"{hop.component} {hop.text}" for hop in proof.blockers[:2])
            yield proof.need.kind, f"{proof.need.text} ({proof.need.why}) is blocked: {why}"


def _names(module: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for resource in module.get("resources", ()):
        values = resource.get("values") or {}
        for key in ("id", "arn"):
            if isinstance(values.get(key), str):
                yield values[key], resource["address"]
    for child in module.get("child_modules", ()):
        yield from _names(child)
