"""The evidence that a stack can work: every flow that it needs with its way, every permission with what grants it. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from stage3c.graph import Graph
from stage3c.policy import proofs as permissions
from stage3c.reach import proofs as flows
from stage3c.reach.network import Answer, Extent, Hop, Reason

_WORDS: Final = {Extent.ALL: "open", Extent.SOME: "partly blocked", Extent.NONE: "blocked", Extent.UNKNOWN: "not known"}
_VERDICTS: Final = {True: "allowed", False: "refused", None: "not known"}


def as_object(graph: Graph, stack: str) -> dict[str, Any]:
    """For JSON: `{"stack", "flows": […], "permissions": […], "proven"}`; a way is told once for each pair of subnets."""
    found_flows = [_flow(proof) for proof in flows.proofs(graph)]
    found_permissions = [_permission(proof) for proof in permissions.proofs(graph)]
    proven = all(f["verdict"] == "open" for f in found_flows) and all(
        p["verdict"] == "allowed" for p in found_permissions
    )
    return {"stack": stack, "proven": proven, "flows": found_flows, "permissions": found_permissions}


def as_text(evidence: dict[str, Any]) -> str:
    """For a reader: what was proven, hop by hop and statement by statement."""
    return "\n".join(_lines(evidence)) + "\n"


def _flow(proof: flows.Proof) -> dict[str, Any]:
    need = proof.need
    return {
        "from": need.ends[0],
        "to": need.ends[1],
        "port": need.port,
        "why": need.why,
        "verdict": _WORDS[proof.extent],
        "ways": [_way(answer) for answer in dict.fromkeys(proof.answers)],
    }


def _way(answer: Answer) -> list[dict[str, str]]:
    return [
        {"component": hop.component, "says": hop.text, "verdict": _WORDS[hop.extent], "code": _code(hop)}
        for hop in answer.hops
        if hop.reason is not Reason.DEFAULT_ACL
    ]


def _code(hop: Hop) -> str:
    return "" if hop.extent is Extent.ALL else hop.code


def _permission(proof: permissions.Proof) -> dict[str, Any]:
    statement = proof.decision.statement
    return {
        "role": proof.role.address if proof.role else None,
        "action": proof.need.action,
        "resource": proof.need.resource,
        "why": f"{proof.need.origin.address} {proof.need.why}",
        "verdict": _VERDICTS[proof.decision.allowed],
        "by": {"policy": statement.origin, "statement": statement.sid} if statement else None,
    }


def _lines(evidence: dict[str, Any]) -> Iterator[str]:
    found_flows, found_permissions = evidence["flows"], evidence["permissions"]
    yield f"{evidence['stack']}: {'every need is proven' if evidence['proven'] else 'not everything is proven'}"
    yield f"\nflows ({len(found_flows)})"
    for flow in found_flows:
        yield f"\n  {flow['from']} -> {flow['to']} tcp/{flow['port']}: {flow['verdict']} ({flow['why']})"
        for number, way in enumerate(flow["ways"], 1):
            if len(flow["ways"]) > 1:
                yield f"    way {number}"
            for hop in way:
                code = f" [{hop['code']}]" if hop["code"] else ""
                yield f"    {'' if hop['verdict'] == 'open' else hop['verdict'] + ': '}{hop['component']} {hop['says']}{code}"
    yield f"\npermissions ({len(found_permissions)})"
    for permission in found_permissions:
        yield f"\n  {permission['role']}: {permission['action']} on {permission['resource']}: {permission['verdict']}"
        by = permission["by"]
        if by:
            sid = f'statement "{by["statement"]}" of ' if by["statement"] else "a statement of "
            yield f"    {sid}{by['policy']}; {permission['why']}"
        else:
            yield f"    {permission['why']}"
