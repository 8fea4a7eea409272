"""What rules about flows say alike: which proof failed, at which resource, and what mends it."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.reach.needs import Need
from stage3c.reach.network import Hop, Reason
from stage3c.reach.proofs import Proof, proofs
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
    return found_at(blamed, f"{need.text} ({need.why}) is blocked. {shown}{more}.", _fix(need, blockers[0]))


def _fix(need: Need, hop: Hop) -> str:
    source, target = need.ends
    match hop.reason:
        case Reason.GROUPS if hop.direction == "egress":
            return f"add an egress rule to {hop.component} for tcp/{need.port} to {target}."
        case Reason.GROUPS:
            return f"add an ingress rule to {hop.component} for tcp/{need.port} from {source}."
        case Reason.ACL:
            return f"add entries to {hop.component}, for tcp/{need.port} and, the other way, for the answers' ports."
        case Reason.NO_ROUTE:
            return f"give {hop.component} a route, or associate the subnet with a route table that has one."
        case Reason.NO_ADDRESS_OUT | Reason.NO_ADDRESS_IN:
            return f"give {hop.component} a public address, or route its subnet to a NAT gateway."
        case _:
            return f"lead the route of {hop.component} to a gateway that takes packets to {target}."
