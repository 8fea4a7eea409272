"""Every needed flow, proven or not: the way of each packet from every subnet it may leave to every one it may go to."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from stage3c.graph import Graph, Resource
from stage3c.reach.needs import Need, needed_flows
from stage3c.reach.network import Answer, Extent, Hop, Place, Reason
from stage3c.reach.solver import between, from_internet, to_internet, to_service
from stage3c.reach.topology import (
    Topology,
    places_of_database,
    places_of_load_balancer,
    places_of_mount,
    places_of_service,
    topology,
)
from stage3c.views.databases import PORTS, port_of
from stage3c.views.load_balancers import load_balancer
from stage3c.views.runners import runners


class Proof(Struct, frozen=True):
    """A flow with its ways: one answer for each pair of places."""

    need: Need
    answers: tuple[Answer, ...]

    @property
    def extent(self) -> Extent:
        """ALL where every way is open, NONE or SOME where one is certainly not, UNKNOWN otherwise."""
        found = [answer.extent for answer in self.answers]
        order = (Extent.NONE, Extent.SOME, Extent.UNKNOWN)
        return next((extent for extent in order if extent in found), Extent.ALL)

    @property
    def blockers(self) -> tuple[Hop, ...]:
        """What certainly stops some way that is not merely unknown, each once."""
        blocked = (answer for answer in self.answers if answer.extent in (Extent.NONE, Extent.SOME))
        return tuple(dict.fromkeys(hop for answer in blocked for hop in answer.blockers))


def proofs(graph: Graph) -> tuple[Proof, ...]:
    """Prove every needed flow of a graph; computed once a graph."""
    return graph.derived(_proofs)


def known_topology(graph: Graph) -> Topology:
    """The network of a graph; computed once a graph."""
    return graph.derived(topology)


def all_places(graph: Graph) -> dict[str, list[Place]]:
    """Where load balancers, services, databases and mount targets stand, by address; computed once a graph."""
    return graph.derived(_all_places)


def places(graph: Graph, resource: Resource | None) -> Sequence[Place]:
    """Where one of them stands."""
    return all_places(graph).get(resource.address, ()) if resource else ()


def vpcs_of_tasks(graph: Graph) -> frozenset[str]:
    """The addresses of the VPCs in which tasks run: what is wrong with another one harms nothing yet."""
    return graph.derived(_vpcs_of_tasks)


def _vpcs_of_tasks(graph: Graph) -> frozenset[str]:
    known = all_places(graph)
    stand = (place for address in runners(graph) for place in known.get(address, ()))
    return frozenset(place.subnet.vpc for place in stand if place.subnet and place.subnet.vpc)


def ports_served(graph: Graph, address: str) -> set[int]:
    """The ports at which a load balancer listens, or at which a service is needed by its load balancers."""
    if graph.resources[address].type == "aws_vpc_endpoint":
        return {443}
    balancer = load_balancer(graph, graph.resources[address])
    listening = {each.port for each in balancer.listeners if each.port is not None} if balancer else set()
    return listening | graph.derived(_ports_needed).get(address, set())


def _ports_needed(graph: Graph) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for proof in proofs(graph):
        if proof.need.target and proof.need.kind != "call":
            found[proof.need.target.address].add(proof.need.port)
    return found


def _proofs(graph: Graph) -> tuple[Proof, ...]:
    known = known_topology(graph)
    return tuple(Proof(need, tuple(_with_end(graph, need, _answers(known, need)))) for need in needed_flows(graph))


def _with_end(graph: Graph, need: Need, answers: Sequence[Answer]) -> Sequence[Answer]:
    """The ways, and whether anything listens at their end."""
    silent = _nothing_listens(graph, need)
    return [Answer((*answer.hops, silent)) for answer in answers] if silent else answers


def _nothing_listens(graph: Graph, need: Need) -> Hop | None:
    """What is wrong with the end of a way: a load balancer without a listener on the port, a database on another one."""
    if need.target is None:
        return None
    if need.kind == "database":
        port = port_of(graph, need.target)
        text = f"listens on tcp/{port}"
        return None if port in (None, need.port) else Hop((need.target.address,), text, Extent.NONE, Reason.NO_LISTENER)
    balancer = load_balancer(graph, need.target) if need.kind == "call" else None
    if balancer is None or balancer.resource.mode != "resource" or graph.is_handed_out(balancer.resource):
        return None
    ports = {listener.port for listener in balancer.listeners}
    text = f"has no listener on tcp/{need.port}"
    if not ports or {need.port, None} & ports:
        return None  # a load balancer without any listener is a fault of its own
    return Hop((need.target.address,), text, Extent.NONE, Reason.NO_LISTENER)


def _answers(known: Topology, need: Need) -> list[Answer]:
    sources, targets = places(known.graph, need.source), places(known.graph, need.target)
    if need.kind == "client":
        return [from_internet(place, need.port) for place in targets]
    if need.service is not None:
        return [to_service(known.network, place, need.service, need.port) for place in sources]
    called = load_balancer(known.graph, need.target) if need.kind == "call" else None
    if need.kind == "image" or (called and called.is_public):
        return [to_internet(known.network, place, need.port) for place in sources]
    return [between(source, target, need.port) for source in sources for target in targets]


def _all_places(graph: Graph) -> dict[str, list[Place]]:
    known = known_topology(graph)
    readers = {
        "aws_lb": places_of_load_balancer,
        "aws_ecs_service": places_of_service,
        "aws_efs_mount_target": places_of_mount,
    }
    return {
        resource.address: readers.get(resource.type, places_of_database)(known, resource)
        for resource in graph.resources.values()
        if resource.mode == "resource" and (resource.type in readers or resource.type in PORTS)
    } | {address: places_of_service(known, job.resource) for address, job in runners(graph).items()}
