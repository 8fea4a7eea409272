"""A whole stack looked for in an account: for each address what exists, how certain that is, and what cannot be told.

Resources are asked for in the order of their references, as many at once as can be, since a child is looked for where
its parent was found. Nothing is ever chosen for the user: two that fit, or one that only may be it, are both told.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from stage3c.graph import Graph, Resource, refs_in
from stage3c.live.account import Account, Unanswered, asked, found
from stage3c.live.finders import FINDERS, NOT_IMPORTED
from stage3c.live.finding import Absent, Known, Match, arguments_of, pages, tags_of
from stage3c.live.state import NAMELESS, NAMES

Outcome = Literal["found", "choose", "missing", "waits", "unknown", "not imported"]
_AT_ONCE: Final = 16
OPEN: Final = ("choose", "waits", "unknown")
"""The outcomes after which something may exist all the same."""
TAG: Final = "Stack"
"""The tag that every stack gives to all that it makes, with its name."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one address: its one match, or all that may be it, or why there is none.

    The `reason` of a choice is the other stack whose tags one of them carries.
    """

    address: str
    outcome: Outcome
    matches: tuple[Match, ...] = ()
    reason: str = ""
    wants: str = ""
    """How AWS shall call it, where its type has a name that is known by now."""


def tagged(account: Account) -> dict[str, dict[str, str]]:
    """The tags of all that says which stack it belongs to, by ARN; raises Unanswered."""
    client = account.client("resourcegroupstaggingapi")
    listed = asked(lambda: list(pages(client, "get_resources", "ResourceTagMappingList", TagFilters=[{"Key": TAG}])))
    return {each["ResourceARN"]: tags_of(each["Tags"]) for each in listed}


@dataclass(slots=True)
class Search:
    """One search: whom to ask, which stack, what the user or the state has chosen already by address, what is others' by ARN."""

    account: Account
    graph: Graph
    stack: str
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
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
        address = resource.address
        if resource.type in NOT_IMPORTED:
            return Found(address, "not imported", reason=NOT_IMPORTED[resource.type])
        known = Known(arguments_of(resource, self.matches, self.given), self.stack, self.account)
        self.given[address] = known
        named = NAMES if resource.type not in NAMELESS else ()
        wants = next((known[name] for name in named if isinstance(known.get(name), str)), "")
        try:
            found_ones = self._candidates(resource, known)
            others = sorted({self.owners.get(arn, self.stack) for each in found_ones for arn in names_of(each)})
            foreign = ", ".join(owner for owner in others if owner != self.stack)
            outcome = _outcome(address, found_ones, self.chosen.get(address, frozenset()), foreign)
            return replace(outcome, wants=wants)
        except Absent as absent:
            needed = resource.attributes.get(str(absent), resource.attributes)
            open_ones = sorted({ref.address for ref in refs_in(needed) if _is_open(told, ref.address)})
            unread = next((told[each].reason for each in open_ones if each.startswith("data.")), "")
            if unread:  # what is only read has no row of its own
                return Found(address, "unknown", (), unread, wants)
            return Found(address, "waits" if open_ones else "missing", (), ", ".join(open_ones), wants)
        except Unanswered as reason:
            return Found(address, "unknown", (), str(reason), wants)

    def _candidates(self, resource: Resource, known: Known) -> tuple[Match, ...]:
        finder = FINDERS[resource.type]
        client = self.account.client(finder.service)
        return asked(lambda: found(lambda: tuple(finder.find(client, known)), *finder.missing)) or ()


def _outcome(address: str, matches: tuple[Match, ...], chosen: frozenset[str], foreign: str) -> Found:
    picked = tuple(match for match in matches if chosen & names_of(match))
    if len(picked) == 1:
        return Found(address, "found", picked)
    if len(matches) == 1 and matches[0].certain and not foreign:
        return Found(address, "found", matches)
    return Found(address, "choose" if matches else "missing", matches, foreign)


def names_of(match: Match) -> frozenset[str]:
    """All by which a state or a user may call a match: what is imported, the id, the ARN."""
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
