"""What exists in an account under a name that the stack wants, by its import id, and whose it is.

Asks only for the types whose names AWS keeps unique by itself; `search` looks for everything.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from stage3c.aws.kinds import kind_of
from stage3c.aws.kinds.kind import Kind, Known, Refused, Unanswered
from stage3c.graph import Graph
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, side_by_side
from stage3c.live.ownership import OURS, Owner, owner_of
from stage3c.resources.stack import compile_stack


class Existing(Struct, frozen=True):
    """By the address that wants a name, what has it: import id and owner; by type, why it could not be looked up."""

    taken: Mapping[str, tuple[str, Owner]]
    unknown: Mapping[str, str]


def existing(account: Account, graph: Graph, owner: Mapping[str, str]) -> Existing:
    """Look for every name that the graph wants; `owner` has the tags of the stack."""
    told = side_by_side(lambda each: (each[0], _find(account, each[1], each[2], owner)), list(wanted(graph)))
    taken = {address: answer for address, answer in told if isinstance(answer, tuple)}
    refused = {address: str(answer) for address, answer in told if isinstance(answer, Unanswered)}
    return Existing(taken, {address.partition(".")[0]: reason for address, reason in refused.items()})


def wanted(graph: Graph) -> Iterator[tuple[str, Kind, str]]:
    """The managed resources that have a name of this kind which is known before apply."""
    for resource in (each for each in graph.resources.values() if each.mode == "resource"):
        kind = kind_of(resource.type)
        name = resource.attributes.get(kind.name) if kind.name else None
        if isinstance(name, str):
            yield resource.address, kind, name


def names_of(stack: Stack, kind: str) -> dict[str, str]:
    """The names that a stack gives to its resources of a type, by the key of the spec."""
    graph = compile_stack(stack)
    rows = ((graph.resources[address], name) for address, _, name in wanted(graph))
    return {resource.name: name for resource, name in rows if resource.type == kind}


def _find(account: Account, kind: Kind, name: str, owner: Mapping[str, str]) -> tuple[str, Owner] | Unanswered | None:
    assert kind.find is not None
    try:
        match = next(iter(kind.find(account, Known({str(kind.name): name}))), None)
        if match is None:
            return None
        return match.identity, owner_of(account, kind, match.identity, owner) if kind.tags else OURS
    except Refused as refused:
        return None if refused.code in kind.missing else refused
    except Unanswered as reason:
        return reason
