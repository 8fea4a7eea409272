"""A whole stack looked for in an account: for each address what exists, whose it is, and what cannot be told.

Resources are asked for in the order of their references, as many at once as possible, since a child is looked for where
its parent was found. A resource is taken for the stack's own by its tags, or, where its type has none, as a part of
something that is the stack's own. The user decides about everything else.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from stage3c.aws.kinds import kind_of
from stage3c.aws.kinds.kind import Absent, Json, Kind, Known, Match, Refused, Unanswered
from stage3c.graph import Graph, Resource, refs_in
from stage3c.live.account import Account, permission
from stage3c.live.arguments import arguments_of
from stage3c.live.ownership import Owner, owner_of, owner_of_part
from stage3c.live.state import NAMELESS, NAMES

Outcome = Literal["found", "choose", "missing", "waits", "unknown", "not imported"]
_AT_ONCE: Final = 16
OPEN: Final = ("choose", "waits", "unknown")
"""The outcomes after which something may exist all the same."""
_LIKELY: Final = Owner("nobody", "it cannot be tagged, and does not contain what this stack would write")


class Found(Struct, frozen=True):
    """What is known of one address: its one match, or all that may be it with whose they are, or why there is none."""

    address: str
    outcome: Outcome
    matches: tuple[Match, ...] = ()
    reason: str = ""
    fix: str = ""
    """What helps where the reason is an answer that could not be had."""
    wants: str = ""
    """The AWS name that it will have, where its type has one that is known by now."""
    owners: tuple[Owner, ...] = ()
    """Whose each match is; empty where the state or a parent says so."""
    known: Mapping[str, Json] = field(default_factory=dict)
    """The arguments that are known, for comparison with what exists."""


class Search(Struct):
    """One search: whom to ask, the tags of the stack, what the state has by address, what the user has picked."""

    account: Account
    graph: Graph
    owner: Mapping[str, str]
    held: Mapping[str, frozenset[str]] = field(default_factory=dict)
    picked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    matches: dict[str, Match] = field(default_factory=dict)
    given: dict[str, Known] = field(default_factory=dict)

    def run(self) -> dict[str, Found]:
        """Look for everything: the managed resources by address, in their order."""
        told: dict[str, Found] = {}
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for level in _levels(self.graph):
                for result in threads.map(lambda resource: self._look(resource, told), level):
                    told[result.address] = result
                    if result.outcome == "found":
                        self.matches[result.address] = result.matches[0]
        managed = (each.address for each in self.graph.resources.values() if each.mode == "resource")
        return {address: told[address] for address in managed}

    def _look(self, resource: Resource, told: Mapping[str, Found]) -> Found:
        address, kind = resource.address, kind_of(resource.type)
        if kind.not_imported:
            return Found(address, "not imported", reason=kind.not_imported)
        known = Known(arguments_of(resource, self.matches, self.given))
        self.given[address] = known
        named = NAMES if resource.type not in NAMELESS else ()
        wants = next((known[name] for name in named if isinstance(known.get(name), str)), "")
        try:
            return replace(self._decided(resource, kind, self._candidates(kind, known)), wants=wants, known=known)
        except Absent as absent:
            needed = resource.attributes.get(str(absent), resource.attributes)
            open_ones = sorted({ref.address for ref in refs_in(needed) if _is_open(told, ref.address)})
            unread = next((told[each].reason for each in open_ones if each.startswith("data.")), "")
            if unread:  # what is only read has no row of its own
                fix = next(told[each].fix for each in open_ones if each.startswith("data."))
                return Found(address, "unknown", reason=unread, fix=fix, wants=wants)
            outcome: Outcome = "waits" if open_ones else "missing"
            return Found(address, outcome, reason=", ".join(open_ones), wants=wants)
        except Unanswered as reason:
            return Found(address, "unknown", reason=str(reason), fix=permission(reason), wants=wants)

    def _candidates(self, kind: Kind, known: Known) -> tuple[Match, ...]:
        assert kind.find is not None, f"{kind.type} cannot be looked for"
        try:
            return tuple(kind.find(self.account, known))
        except Refused as refused:
            if refused.code in kind.missing:
                return ()
            raise

    def _decided(self, resource: Resource, kind: Kind, matches: tuple[Match, ...]) -> Found:
        """Which of the candidates it is. What the state or a data source names is not in doubt."""
        address = resource.address
        held = tuple(match for match in matches if self.held.get(address, frozenset()) & names_of(match))
        if len(held) == 1 or (resource.mode == "data" and len(matches) == 1):
            return Found(address, "found", held or matches)
        owners = tuple(self._owner(kind, match) for match in matches)
        unread = next((owner for owner in owners if owner.whose == "unknown"), None)
        if unread:
            return Found(address, "unknown", matches, unread.why, unread.fix)
        by_choice = [n for n, match in enumerate(matches) if self.picked.get(address, frozenset()) & names_of(match)]
        ours = by_choice or [n for n, owner in enumerate(owners) if owner.whose == "ours"]
        if len(ours) == 1:
            return Found(address, "found", (matches[ours[0]],), owners=(owners[ours[0]],))
        return Found(address, "choose" if matches else "missing", matches, owners=owners)

    def _owner(self, kind: Kind, match: Match) -> Owner:
        if kind.tags is None:  # a part of a match that is the stack's own, or has been chosen
            return owner_of_part(self.account, kind, match.identity, self.owner) if match.certain else _LIKELY
        return owner_of(self.account, kind, match.identity, self.owner)


def names_of(match: Match) -> frozenset[str]:
    """All by which a state or a user may name a match: what is imported, the id, the ARN."""
    told = (match.identity, match.attributes.get("id"), match.attributes.get("arn"))
    return frozenset(str(name) for name in told if name)


def _is_open(told: Mapping[str, Found], address: str) -> bool:
    return address in told and told[address].outcome in OPEN


def _levels(graph: Graph) -> Iterator[list[Resource]]:
    """All that can be looked for, parents before children."""
    left = {address: each for address, each in graph.resources.items() if each.mode in ("resource", "data")}
    while left:
        level = [each for each in left.values() if not _waits_for(each, left)]
        assert level, f"these refer to each other: {sorted(left)}"
        yield level
        for each in level:
            del left[each.address]


def _waits_for(resource: Resource, left: Iterable[str]) -> bool:
    return any(ref.address in left for ref in refs_in(resource.attributes))
