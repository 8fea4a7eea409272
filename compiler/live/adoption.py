"""Taking over what exists: which address imports what, which addresses have moved, what the user must decide. Pure.

An import is planned for what was found for certain alone, or chosen by the user. What the state knows under an address
that the stack no longer has, and that a new address was found to be, moves; Terraform then destroys nothing.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from compiler.graph import Graph
from compiler.live.finders import NOT_READ
from compiler.live.finding import Match
from compiler.live.search import Found, names_of

State = Mapping[str, frozenset[str]]
_ADDRESS: Final = re.compile(r"(module\.[\w-]+\.)*[a-z0-9_]+\.[\w-]+")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what adopt tells: what happens to an address, and what is asked of the user about it."""

    outcome: str
    address: str
    identity: str = ""
    cause: str = ""
    fix: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Adoption:
    """All of it: the blocks that are written, and the lines that are told."""

    imports: tuple[tuple[str, str], ...]
    moved: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to write."""
        return not (self.imports or self.moved or self.removed)


def plan(
    graph: Graph, told: Mapping[str, Found], state: State, renamed: Mapping[str, str], kept: Collection[str]
) -> Adoption:
    """Lay down what is imported, moved and left alone. `renamed` has old keys by new, `kept` what is let go of, not destroyed."""
    gone = {address: names for address, names in state.items() if address not in told}
    new = {address: found for address, found in told.items() if address not in state}
    moved = dict(_moved(new, gone, renamed))
    imports = [(a, f.matches[0].identity) for a, f in new.items() if f.outcome == "found" and a not in moved.values()]
    left = [address for address in gone if address not in moved]
    taken = {name for address, _ in imports for name in names_of(new[address].matches[0])}
    removed = sorted(address for address in left if address in kept or gone[address] & taken)
    steps = [
        *(_import(graph, address, new[address].matches[0]) for address, _ in imports),
        *(Step("move", old, new_one) for old, new_one in sorted(moved.items())),
        *(Step("let go", address, cause="it stays as it is, and this state forgets it.") for address in removed),
        *(_gone(address) for address in left if address not in removed),
        *(_open(found) for found in new.values() if found.outcome != "found" and found.address not in moved.values()),
    ]
    return Adoption(tuple(imports), tuple(sorted(moved.items())), tuple(removed), tuple(steps))


def _moved(new: Mapping[str, Found], gone: State, renamed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Old address and new: by the same thing in AWS, or by the keys that the user says are renamed."""
    left = dict(gone)
    for address, found in new.items():
        kind = address.partition(".")[0]
        names = names_of(found.matches[0]) if found.outcome == "found" else frozenset()
        same = [old for old, known in left.items() if old.partition(".")[0] == kind and known & names]
        before = _before(address, renamed)
        old = same[0] if len(same) == 1 else before if before in left else None
        if old is not None:
            del left[old]
            yield old, address


def _before(address: str, renamed: Mapping[str, str]) -> str:
    kind, _, name = address.partition(".")
    return f"{kind}.{'_'.join(renamed.get(key, key) for key in name.split('_'))}"


def _import(graph: Graph, address: str, match: Match) -> Step:
    resource = graph.resources[address]
    unread = ", ".join(NOT_READ.get(resource.type, ()))
    note = f"the plan may set {unread}, which cannot be read from AWS." if unread else ""
    return Step("import", address, match.identity, note, by=match.by)


def _gone(address: str) -> Step:
    fix = f"--renamed OLD=NEW if a key of the spec was renamed, or --keep {address} to let go of it."
    return Step(
        "destroy", address, cause="the state knows it and the stack has it no longer: apply destroys it.", fix=fix
    )


def _open(found: Found) -> Step:
    address = found.address
    if found.outcome == "choose":
        fixes = " or ".join(f"--choose {address}={match.identity}" for match in found.matches)
        cause = "several fit." if len(found.matches) > 1 else "one fits, and nothing shows that it is this stack's."
        return Step("choose", address, ", ".join(match.identity for match in found.matches), cause, fixes)
    if found.outcome == "waits":
        return Step("waits", address, cause=f"it is looked for once {found.reason} is decided.")
    if found.outcome == "unknown":
        return Step("unknown", address, cause=f"{found.reason}.", fix="allow the caller this look-up.")
    if found.outcome == "not imported":
        return Step("create", address, cause=f"{found.reason}.")
    return Step("create", address)


def as_pairs(texts: Collection[str]) -> dict[str, frozenset[str]] | None:
    """`ADDRESS=ID` arguments by address, or None where one is not of that form."""
    pairs: dict[str, frozenset[str]] = {}
    for text in texts:
        address, sign, identity = text.partition("=")
        if not sign or not identity or not _ADDRESS.fullmatch(address):
            return None
        pairs[address] = pairs.get(address, frozenset()) | {identity}
    return pairs
