"""What rules about flows say alike: which proof failed, at which resource, and what mends it."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Resource
from stage3c.reach.needs import Need
from stage3c.reach.network import Hop
from stage3c.reach.proofs import Proof, proofs

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
    origin = (_blamed(graph, blockers[0]) or need.origin).origin
    return Finding(
        f"{need.text} ({need.why}) is blocked. {shown}{more}.", _fix(need, blockers[0]), origin.path, origin.span
    )


def _blamed(graph: Graph, hop: Hop) -> Resource | None:
    return next((graph.resources[name] for name in hop.component.split(", ") if name in graph.resources), None)


def _fix(need: Need, hop: Hop) -> str:
    source = need.source.address if need.source else "clients"
    target = need.target.address if need.target else need.service or "the internet"
    match hop.code:
        case "ENI_SG_RULES_MISMATCH" if "does not admit egress" in hop.text:
            return f"add an egress rule to {hop.component} for tcp/{need.port} to {target}."
        case "ENI_SG_RULES_MISMATCH":
            return f"add an ingress rule to {hop.component} for tcp/{need.port} from {source}."
        case "SUBNET_ACL_RESTRICTION":
            return f"add entries to {hop.component}, for tcp/{need.port} and, the other way, for the answers' ports."
        case "NO_ROUTE_TO_DESTINATION":
            return f"give {hop.component} a route, or associate the subnet with a route table that has one."
        case "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" | "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS":
            return f"give {hop.component} a public address, or route its subnet to a NAT gateway."
        case _:
            return f"lead the route of {hop.component} to a gateway that takes packets to {target}."
