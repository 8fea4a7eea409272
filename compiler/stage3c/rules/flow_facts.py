"""What rules about flows say alike: which proof failed, at which resource, and what mends it."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.reach.needs import Need
from stage3c.reach.network import ALL_PORTS, ANYWHERE, Group, Hop, Permit, Reason
from stage3c.reach.proofs import Proof, all_places, known_topology, proofs
from stage3c.rules.rule import found_at

_SHOWN_MAX: Final = 4


def blocked(graph: Graph, *kinds: str) -> Iterator[Finding]:
    """A finding for each flow of these kinds that certainly does not pass, at the first thing that stops it."""
    for proof in proofs(graph):
        if proof.need.kind in kinds and proof.blockers:
            yield _finding(graph, proof)


def _finding(graph: Graph, proof: Proof) -> Finding:
    need, blockers = proof.need, proof.blockers
    shown = "; ".join(f"{hop.component}: {hop.text} [{hop.code}]" for hop in blockers[:_SHOWN_MAX])
    more = f"; and {len(blockers) - _SHOWN_MAX} more" if len(blockers) > _SHOWN_MAX else ""
    blamed = next((graph.resources[key] for key in blockers[0].components if key in graph.resources), need.origin)
    fix = (_fix_of_end if blockers[0].reason is Reason.NO_LISTENER else _fix)(need, blockers[0])
    return found_at(blamed, f"{need.text} ({need.why}) is blocked. {shown}{more}.", fix)


def _fix_of_end(need: Need, hop: Hop) -> str:
    """What mends an address at which nothing answers."""
    if need.kind == "call":
        return f"add an aws_lb_listener on port {need.port} to {hop.component}, or call a port that has one."
    return f"change the port that {need.ends[0]} is given to the one on which {hop.component} listens."


def _fix(need: Need, hop: Hop) -> str:
    source, target = need.ends
    match hop.reason:
        case Reason.GROUPS if hop.direction == "egress":
            return f"add an egress rule to {hop.component} for tcp/{need.port} to {target}."
        case Reason.GROUPS:
            return f"add an ingress rule to {hop.component} for tcp/{need.port} from {source}."
        case Reason.ACL:
            return f"allow tcp/{need.port} in {hop.component}, and ports 1024 to 65535 in the other direction."
        case Reason.NO_ROUTE:
            is_subnet = hop.component.startswith("aws_subnet.")
            missing = f"an aws_route_table_association with subnet_id = {hop.component}.id" if is_subnet else None
            return f"add {missing or f'a route for {target} to {hop.component}, such as 0.0.0.0/0 to a gateway'}."
        case Reason.NO_ADDRESS_OUT | Reason.NO_ADDRESS_IN:
            return f"assign a public IP address to {hop.component}, or add a route from its subnet to a NAT gateway."
        case _:
            return f"change the route of {hop.component} to a gateway that reaches {target}."


def members_of_groups(graph: Graph) -> dict[str, tuple[Group, set[str]]]:
    """Each security group with the addresses of what has it, by key."""
    found: dict[str, tuple[Group, set[str]]] = {}
    endpoints = known_topology(graph).network.endpoints
    for address, places in (*all_places(graph).items(), *((each.key, each.places) for each in endpoints)):
        for group in (group for place in places for group in place.groups if group):
            found.setdefault(group.key, (group, set()))[1].add(address)
    return found


def is_anything(permit: Permit) -> bool:
    """Tell whether a rule is about everything, to or from everywhere."""
    return permit.ports == ALL_PORTS and permit.peer == ANYWHERE
