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
            return f"allow tcp/{need.port} in {hop.component}, and ports 1024 to 65535 in the other direction."
        case "NO_ROUTE_TO_DESTINATION":
            is_subnet = hop.component.startswith("aws_subnet.")
            missing = f"an aws_route_table_association with subnet_id = {hop.component}.id" if is_subnet else None
            return f"add {missing or f'a route for {target} to {hop.component}, such as 0.0.0.0/0 to a gateway'}."
        case "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS" | "IGW_PUBLIC_IP_ASSOCIATION_FOR_INGRESS":
            return f"assign a public IP address to {hop.component}, or add a route from its subnet to a NAT gateway."
        case _:
            return f"change the route of {hop.component} to a gateway that reaches {target}."
