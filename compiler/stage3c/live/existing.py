"""What exists in an account under a name that the stack wants: the id by which Terraform imports it.

Asks for the types alone whose names AWS keeps apart by itself; `search` looks for everything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stage3c.graph import Graph
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, Unanswered, asked, found, side_by_side
from stage3c.live.finders import FINDERS
from stage3c.live.finding import Finder, Known
from stage3c.resources.stack import compile_stack


@dataclass(frozen=True, slots=True)
class Existing:
    """The import ids of what exists already, by the address that wants its name; and the types that nobody could ask about."""

    taken: Mapping[str, str]
    unknown: Mapping[str, str]


def existing(account: Account, graph: Graph) -> Existing:
    """Look for every name that the graph wants."""
    asked_for = list(wanted(graph))
    told = dict(side_by_side(lambda each: (each[0], _find(account, each[1], each[2])), asked_for))
    taken = {address: answer for address, answer in told.items() if isinstance(answer, str)}
    refused = {address: str(answer) for address, answer in told.items() if isinstance(answer, Unanswered)}
    return Existing(taken, {address.partition(".")[0]: reason for address, reason in refused.items()})


def wanted(graph: Graph) -> Iterator[tuple[str, Finder, str]]:
    """The managed resources that have a name of this kind which is known before apply."""
    for resource in graph.resources.values():
        finder = FINDERS.get(resource.type) if resource.mode == "resource" else None
        name = resource.attributes.get(finder.argument) if finder and finder.argument else None
        if finder and isinstance(name, str):
            yield resource.address, finder, name


def names_of(stack: Stack, kind: str) -> dict[str, str]:
    """The names that a stack gives to its resources of a type, by the key of the spec."""
    graph = compile_stack(stack)
    rows = ((graph.resources[address], name) for address, _, name in wanted(graph))
    return {resource.name: name for resource, name in rows if resource.type == kind}


def _find(account: Account, finder: Finder, name: str) -> str | Unanswered | None:
    client = account.client(finder.service)
    known = Known({str(finder.argument): name}, "", account)
    try:
        matches = asked(lambda: found(lambda: list(finder.find(client, known)), *finder.missing))
    except Unanswered as reason:
        return reason
    return matches[0].identity if matches else None
