"""Why needs of a graph could not be decided: the nearest value that is unknown, starting where the proof ended.

Pure, and only for people: nothing is decided here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from stage3c.graph import Graph, Ref, Resource, refs_in
from stage3c.policy import proofs as policy
from stage3c.reach import proofs as reach
from stage3c.reach.network import Extent
from stage3c.reach.unjudged import unjudged

OTHER: Final = "values known after apply"
_STEPS_MAX: Final = 4
_NAMED_MAX: Final = 5
_PASSED_ON: Final = (
    "aws_iam_",
    "aws_security_group",
    "aws_vpc_security_group_",
    "aws_route",
    "aws_network_acl",
    "aws_lb_listener",
)
"""Types whose resources complete another one: rules, routes, attachments. A module may do the same."""


class Unevaluated(Struct, frozen=True):
    """How many of all needs are unknown, and how many of these for which reason."""

    total: int
    reasons: Counter[str]

    def text(self, other: str = OTHER) -> str:
        """Shape: `40 of 98 needs unknown (28: module vpc, 12: variable vpc_id)`; empty where all are known."""
        unknown = sum(self.reasons.values())
        if not unknown:
            return ""
        named = sorted(((-count, reason) for reason, count in self.reasons.items() if reason not in (OTHER, other)))
        shown = [f"{-count}: {reason}" for count, reason in named[:_NAMED_MAX]]
        left = unknown + sum(count for count, _ in named[:_NAMED_MAX])
        shown += [f"{left}: {other}"] if left else []
        return f"{unknown} of {self.total} needs unknown ({', '.join(shown)})"


def unevaluated(graph: Graph, unread: Sequence[str] = ()) -> Unevaluated:
    """Count the needs of a graph that no proof decides, by reason; `unread` is what a reader could not read, each a need.

    The numbers are those of `output/evidence.py`, so that an audit and a proof of one folder agree.
    """
    flows, permissions = reach.proofs(graph), policy.proofs(graph)
    starts = [list(_of_flow(proof)) for proof in flows if proof.extent is Extent.UNKNOWN]
    starts += [
        [each.address for each in (proof.role, proof.need.origin) if each]
        for proof in permissions
        if proof.decision.allowed is None
    ]
    reasons = Counter(_reason(graph, start) for start in starts)
    dropped = unjudged(graph)
    reasons.update(_of_dropped(graph, resource, why) for resource, why in dropped)
    reasons.update(unread)
    return Unevaluated(len(flows) + len(permissions) + len(dropped) + len(unread), reasons)


def _of_dropped(graph: Graph, resource: Resource, why: str) -> str:
    """Why a need cannot even be stated: the nearest unknown, or what it is derived from."""
    found = _reason(graph, [resource.address])
    return f"{resource.address} {why}" if found == OTHER else found


def _of_flow(proof: reach.Proof) -> Iterator[str]:
    """What the proof could not see through, and then the ends of the flow."""
    for answer in proof.answers:
        for hop in answer.hops:
            if hop.extent is Extent.UNKNOWN:
                yield from hop.components
    yield from (each.address for each in (proof.need.source, proof.need.target, proof.need.origin) if each)


def _reason(graph: Graph, start: Iterable[str]) -> str:
    """The nearest unknown: breadth first, over what a resource names and what completes it."""
    here = [graph.resources[address] for address in dict.fromkeys(start) if address in graph.resources]
    seen = {each.address for each in here}
    for _ in range(_STEPS_MAX):
        for each in here:
            if found := _own(graph, each):
                return found
        around = {near.address: near for each in here for near in _near(graph, each) if near.address not in seen}
        here = list(around.values())
        seen |= set(around)
    return OTHER


def _own(graph: Graph, resource: Resource) -> str:
    """What of a resource itself is unknown, in words."""
    if resource.mode == "module":
        return f"module {resource.name} - run terraform init"
    if resource.mode == "data":
        return f"data source {resource.address.removeprefix('data.')}"
    return next((found for ref in refs_in(resource.attributes) if (found := _named(graph, ref))), "")


def _named(graph: Graph, ref: Ref) -> str:
    if ref.address.startswith("var."):
        return f"variable {ref.address.removeprefix('var.')}"
    target = graph.target(ref)
    return _own(graph, target) if target is not None and target.mode == "module" else ""


def _near(graph: Graph, resource: Resource) -> Iterator[Resource]:
    for ref in refs_in(resource.attributes):
        if target := graph.target(ref):
            yield target
    yield from (user for user in graph.users(resource) if user.mode == "module" or user.type.startswith(_PASSED_ON))
