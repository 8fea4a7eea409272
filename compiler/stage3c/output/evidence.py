"""The evidence that a stack can work: every flow that it needs with its way, every permission with what grants it. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from stage3c.graph import Graph
from stage3c.policy import proofs as permissions
from stage3c.reach import proofs as flows
from stage3c.reach.network import Answer, Extent, Hop, Reason
from stage3c.reach.unjudged import unjudged

_WORDS: Final = {Extent.ALL: "open", Extent.SOME: "partly blocked", Extent.NONE: "blocked", Extent.UNKNOWN: "not known"}
_OF_ROLES: Final = ("execution", "task", "application", "flow logs")
_VERDICTS: Final = {True: "allowed", False: "refused", None: "not known"}


def as_object(graph: Graph, stack: str, *, not_read: Sequence[str] = ()) -> dict[str, Any]:
    """For JSON: `{"stack", "flows", "permissions", "unjudged", "counts", "proven"}`; a way is told once for each pair of subnets.

    `not_read` says what a reader could not read: each a need that may be there, and is unknown.
    """
    found_flows = [_flow(proof) for proof in flows.proofs(graph)]
    found_permissions = [_permission(proof) for proof in permissions.proofs(graph)]
    dropped = [*not_read, *(f"{resource.address} {reason}" for resource, reason in unjudged(graph))]
    verdicts = [each["verdict"] for each in (*found_flows, *found_permissions)]
    proven = sum(verdict in ("open", "allowed") for verdict in verdicts)
    unknown = sum(verdict == "not known" for verdict in verdicts)
    counts = {"proven": proven, "blocked": len(verdicts) - proven - unknown, "unknown": unknown + len(dropped)}
    everything = proven > 0 and counts["blocked"] == counts["unknown"] == 0
    return {
        "stack": stack,
        "proven": everything,
        "counts": counts,
        "flows": found_flows,
        "permissions": found_permissions,
        "unjudged": dropped,
    }


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
        "who": _who(proof),
        "endpoint": proof.need.endpoint.address if proof.need.endpoint else None,
        "action": proof.need.action,
        "resource": proof.need.resource,
        "why": f"{proof.need.origin.address} {proof.need.why}",
        "verdict": _VERDICTS[proof.decision.allowed],
        "by": {"policy": statement.origin, "statement": statement.sid} if statement else None,
        "reason": _reason(proof),
    }


def _who(proof: permissions.Proof) -> str:
    """Whoever asks: a role, or the service where no role does."""
    if proof.role is not None and proof.need.kind != "trust":
        return proof.role.address
    service = proof.need.principal.partition(":")[2]
    return service or ("Amazon ECR" if proof.need.endpoint else "a role that is not in this configuration")


def _reason(proof: permissions.Proof) -> str:
    need, statement = proof.need, proof.decision.statement
    holder = need.endpoint or need.key or (proof.role if need.kind in ("trust", *_OF_ROLES) else None)
    if proof.decision.allowed is None:
        return f"depends on what is unknown until apply in {holder.address if holder else 'policies outside this configuration'}"
    if statement is not None:
        return f"{statement.origin} {'allows' if proof.decision.allowed else 'denies'} it"
    return f"no statement of {holder.address if holder else 'any policy'} allows it"


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
        yield f"\n  {permission['who']}: {permission['action']} on {permission['resource']}: {permission['verdict']}"
        by = permission["by"]
        if by:
            sid = f'statement "{by["statement"]}" of ' if by["statement"] else "a statement of "
            yield f"    {sid}{by['policy']}; {permission['why']}"
        else:
            yield f"    {permission['why']}"
    yield from _end(evidence)


def _end(evidence: dict[str, Any]) -> Iterator[str]:
    """How many needs are what, and the reasons of all that are not proven."""
    counts = evidence["counts"]
    yield f"\n{counts['proven']} proven, {counts['blocked']} blocked, {counts['unknown']} unknown"
    for flow in evidence["flows"]:
        if flow["verdict"] != "open":
            reason = next(
                (f": {h['component']} {h['says']}" for way in flow["ways"] for h in way if h["verdict"] != "open"), ""
            )
            yield f"  {_word(flow)}: {flow['from']} -> {flow['to']} tcp/{flow['port']}{reason}"
    for permission in evidence["permissions"]:
        if permission["verdict"] != "allowed":
            reason = f"{permission['who']}: {permission['action']} on {permission['resource']}: {permission['reason']}"
            yield f"  {_word(permission)}: {reason}"
    for reason in evidence["unjudged"]:
        yield f"  unknown: {reason}"


def _word(row: dict[str, Any]) -> str:
    return "unknown" if row["verdict"] == "not known" else "blocked"
